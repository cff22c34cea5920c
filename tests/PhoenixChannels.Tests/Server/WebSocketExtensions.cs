using System.Net.WebSockets;
using System.Text;

namespace PhoenixChannels.Tests.Server;

/// <summary>Whole text messages over .NET's own WebSocket client.</summary>
static class WebSocketExtensions
{
    public static Task SendTextAsync(this WebSocket socket, string text) => socket.SendAsync(Encoding.UTF8.GetBytes(text), WebSocketMessageType.Text, true, CancellationToken.None);

    /// <summary>The next message, or <c>closed</c> and the code.</summary>
    public static async Task<string> ReceiveTextAsync(this WebSocket socket)
    {
        using var limit = new CancellationTokenSource(TestClient.Patience, TimeProvider.System);
        using var message = new MemoryStream();
        var buffer = new byte[4096];
        while (true)
        {
            var part = await socket.ReceiveAsync(buffer, limit.Token);
            if (part.MessageType == WebSocketMessageType.Close) return $"closed {(int)part.CloseStatus!}";
            message.Write(buffer, 0, part.Count);
            if (part.EndOfMessage) return Encoding.UTF8.GetString(message.ToArray());
        }
    }
}
