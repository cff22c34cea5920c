using PhoenixChannels.Testing;

namespace PhoenixChannels.Tests.Testing;

public sealed class BinaryTests
{
    static readonly byte[] s_bytes = [0, 1, 0xff, 34];

    [Test]
    public async Task Bytes_are_pushed_replied_and_broadcast_as_bytes()
    {
        await using var host = ChannelTestHost.Create().MapChannel<AnySocket>("room:*", channel => channel
            .OnJoin((_, payload) => Reply.Ok(payload))
            .On("echo", async (context, message, cancellationToken) =>
            {
                context.Push("pushed", message.Payload);
                await context.BroadcastAsync("broadcast", message.Payload, cancellationToken);
                return Reply.WithStatus("echoed", message.Payload);
            }));
        var topic = await host.SubscribeAsync("room:1");
        var room = await (await host.ConnectAsync<AnySocket>()).JoinAsync("room:1", s_bytes);
        Assert.That(room.JoinReply.Read<byte[]>(), Is.EqualTo(s_bytes));
        Assert.That(await room.Push("echo", s_bytes).ExpectReplyAsync<byte[]>("echoed"), Is.EqualTo(s_bytes));
        Assert.That(await room.ExpectPushAsync<byte[]>("pushed"), Is.EqualTo(s_bytes));
        Assert.That((await room.ExpectPushAsync("broadcast")).IsBinary, Is.True);
        Assert.That(await topic.ExpectBroadcastAsync<byte[]>("broadcast", bytes => bytes.Length == 4), Is.EqualTo(s_bytes));
        Assert.That((await room.Push("echo", Array.Empty<byte>()).ExpectReplyAsync("echoed")).Payload.Bytes.Length, Is.Zero);
        await room.LeaveAsync();
    }

    [Test]
    public async Task A_payload_goes_as_it_is()
    {
        await using var host = ChannelTestHost.Create().MapChannel<AnySocket>("room:*", channel => channel.On("echo", (_, message, _) => new(Reply.Ok(message.Payload))));
        var room = await (await host.ConnectAsync<AnySocket>()).JoinAsync("room:1");
        var json = "{\"b\" : 1e2,\"ä\":null}";
        Assert.That((await room.Push("echo", Payload.Json(System.Text.Encoding.UTF8.GetBytes(json))).ExpectReplyAsync()).Payload.ToString(), Is.EqualTo(json));
    }

    [Test]
    public async Task Bytes_under_a_long_name_do_not_fit()
    {
        await using var host = ChannelTestHost.Create().MapChannel<AnySocket>("room:*", _ => { });
        var room = await (await host.ConnectAsync<AnySocket>()).JoinAsync("room:1");
        Assert.That(() => room.Push(new string('x', 256), s_bytes), Throws.ArgumentException.With.Message.EqualTo("A binary message cannot carry a topic or an event of 256 bytes; 255 is the most."));
    }
}
