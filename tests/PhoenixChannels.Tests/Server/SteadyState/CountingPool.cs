using System.Buffers;
using Microsoft.AspNetCore.Connections;

namespace PhoenixChannels.Tests.Server.SteadyState;

/// <summary>The memory that Kestrel's connections read into and write from, counted while it is in use. As Kestrel's own it keeps its blocks.</summary>
internal sealed class CountingPool : MemoryPool<byte>, IMemoryPoolFactory<byte>
{
    readonly Stack<Block> _free = new(1024);
    int _inUse;

    public int InUse => Volatile.Read(ref _inUse);

    public override int MaxBufferSize => Block.Size;

    public MemoryPool<byte> Create(MemoryPoolOptions? options = null) => this;

    public override IMemoryOwner<byte> Rent(int minBufferSize = -1)
    {
        lock (_free)
        {
            _inUse++;
            return _free.TryPop(out var block) ? block : new Block(this);
        }
    }

    protected override void Dispose(bool disposing)
    {
        // It belongs to the test.
    }

    sealed class Block(CountingPool pool) : IMemoryOwner<byte>
    {
        public const int Size = 4096;

        public Memory<byte> Memory { get; } = new byte[Size];

        public void Dispose()
        {
            lock (pool._free)
            {
                pool._inUse--;
                pool._free.Push(this);
            }
        }
    }
}
