using System.Text;
using PhoenixChannels.InteropTests.Wire;

namespace PhoenixChannels.Tests.Server.Clients;

/// <summary>What the clients of this folder are pointed at: a socket that shows its params, and rooms with one event for each kind of frame.</summary>
internal static class ClientServer
{
    public static Task<TestServer> StartAsync(Action<SocketOptions>? options = null) => TestServer.StartAsync<ParamsSocket>(
        socket => socket.MapChannel("room:*", Configure).MapChannel("realtime:*", Configure),
        options);

    /// <summary>A binary message of the given kind: one byte for the size of each field, the fields, the data.</summary>
    public static Frame Binary(byte kind, string[] fields, ReadOnlySpan<byte> data)
    {
        var bytes = new List<byte> { kind };
        bytes.AddRange(fields.Select(field => (byte)Encoding.UTF8.GetByteCount(field)));
        bytes.AddRange(fields.SelectMany(field => Encoding.UTF8.GetBytes(field)));
        bytes.AddRange(data);
        return new(Opcode.Binary, bytes.ToArray());
    }

    public static async Task ExpectBinaryAsync(this TestClient client, Frame expected)
    {
        var arrival = await client.NextAsync();
        Assert.That((arrival.Kind, Convert.ToHexString(arrival.Payload.Span)), Is.EqualTo((ArrivalKind.Binary, Convert.ToHexString(expected.Payload.Span))));
    }

    public static async Task ExpectLostAsync(this TestClient client) => Assert.That((await client.NextAsync()).Kind, Is.EqualTo(ArrivalKind.Lost));

    static void Configure(ChannelBuilder<ParamsSocket> channel) => channel
        .OnJoin((c, _) => c.Subtopic == "denied" ? Reply.Error("unauthorized") : Reply.Ok())
        .On("echo", (_, message, _) => new(Reply.Ok(message.Payload)))
        .On("params", (c, _, _) => new(Reply.Ok(c.Socket.Params)))
        .On("push", (c, message, _) =>
        {
            c.Push("pushed", message.Payload);
            return new(Reply.None);
        })
        .On("shout", async (c, message, ct) =>
        {
            await c.BroadcastAsync("shout", message.Payload, ct);
            return Reply.None;
        })
        .On("stop", (c, _, _) =>
        {
            c.Stop();
            return new(Reply.None);
        })
        .On("access_token", (_, _, _) => new(Reply.None))
        .On("raise", (_, _, _) => throw new InvalidOperationException("asked to"))
        .On(JavaPhoenixClientTests.Event, (c, message, _) =>
        {
            c.Push(JavaPhoenixClientTests.Event, message.Payload);
            return new(Reply.Ok(message.Payload));
        });
}
