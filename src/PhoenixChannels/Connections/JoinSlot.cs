using PhoenixChannels.Frames;

namespace PhoenixChannels.Connections;

/// <summary>
/// A place in the order of what a connection itself answers: joins take time, and what was asked behind one is answered behind it.
/// Leaves in this order: the answer, <c>phx_close</c> of the channel that the join replaces, what the new channel has sent meanwhile.
/// </summary>
internal sealed class JoinSlot
{
    List<EncodedFrame>? _held;

    /// <summary>The channel that joins; none for an answer that merely waits for its turn.</summary>
    public ChannelProcess? Process { get; init; }

    /// <summary>When the join came: its time-out counts from then, however long it waits for another.</summary>
    public long Requested { get; init; }

    /// <summary>The next join of the topic, which waits for the decision of this one.</summary>
    public ChannelProcess? Successor { get; set; }

    /// <summary>The default while the join is undecided.</summary>
    public EncodedFrame Answer { get; set; }

    /// <summary>The default when no channel is replaced.</summary>
    public EncodedFrame CloseOfReplaced { get; set; }

    public IReadOnlyList<EncodedFrame> Held => _held ?? [];

    public void Hold(EncodedFrame frame) => (_held ??= []).Add(frame);

    public void DropHeld() => _held = null;
}
