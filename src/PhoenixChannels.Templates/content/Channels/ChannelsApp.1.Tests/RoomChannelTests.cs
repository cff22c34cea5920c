using System.Net.WebSockets;
using System.Text;
using Microsoft.AspNetCore.Mvc.Testing;

namespace ChannelsApp._1.Tests;

public class RoomChannelTests
{
    [Test, CancelAfter(10_000)]
    public async Task A_message_reaches_everybody_in_the_room(CancellationToken cancellationToken)
    {
        await using var app = new WebApplicationFactory<Program>();
        using var socket = await app.Server.CreateWebSocketClient().ConnectAsync(new("ws://localhost/socket/websocket?vsn=2.0.0&name=ann"), cancellationToken);

        await SendAsync("""["1","1","room:lobby","phx_join",{}]""");
        await SendAsync("""["1","2","room:lobby","new_msg",{"body":"hello"}]""");

        Assert.That(await NextAsync("phx_reply"), Is.EqualTo("""["1","1","room:lobby","phx_reply",{"response":{"room":"lobby"},"status":"ok"}]"""));
        Assert.That(await NextAsync("new_msg"), Is.EqualTo("""[null,null,"room:lobby","new_msg",{"from":"ann","body":"hello"}]"""));

        Task SendAsync(string message) => socket.SendAsync(Encoding.UTF8.GetBytes(message), WebSocketMessageType.Text, true, cancellationToken);

        // The next message of that event; presence is heard in between.
        async Task<string> NextAsync(string @event)
        {
            var buffer = new byte[4096];
            while (true)
            {
                var received = await socket.ReceiveAsync(buffer, cancellationToken);
                var message = Encoding.UTF8.GetString(buffer, 0, received.Count);
                if (message.Contains($"\"{@event}\"")) return message;
            }
        }
    }
}
