using Microsoft.Extensions.DependencyInjection;
using PhoenixChannels.Testing;

namespace ChannelsApp._1.Tests;

public class RoomChannelTests
{
    [Test]
    public async Task A_message_reaches_everybody_in_the_room()
    {
        await using var host = ChannelTestHost.Create(services => services.AddPhoenixChannels().AddPresence<RoomPresence>()).MapChannel<RoomChannel>("room:*");
        var ann = await host.ConnectAsync<UserSocket>(new { name = "ann" });
        var bob = await host.ConnectAsync<UserSocket>(new { name = "bob" });
        var annsRoom = await ann.JoinAsync("room:lobby");
        var bobsRoom = await bob.JoinAsync("room:lobby");

        var sent = await annsRoom.Push("new_msg", new { body = "hello" }).ExpectReplyAsync<Sent>();

        Assert.That(sent, Is.EqualTo(new Sent(1)));
        Assert.That(await annsRoom.ExpectPushAsync<PostedMessage>("new_msg"), Is.EqualTo(new PostedMessage("ann", "hello")));
        Assert.That(await bobsRoom.ExpectPushAsync<PostedMessage>("new_msg"), Is.EqualTo(new PostedMessage("ann", "hello")));
    }
}
