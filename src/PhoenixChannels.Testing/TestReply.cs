using System.Text.Json;
using PhoenixChannels.Testing.Clients;

namespace PhoenixChannels.Testing;

/// <summary>The server's answer to a join or a push.</summary>
public readonly struct TestReply
{
    internal TestReply(Received received) => (Status, Payload) = (received.Status!, received.Payload);

    /// <summary>The status: <c>ok</c>, <c>error</c>, or one of the application's own.</summary>
    public string Status { get; }

    /// <summary>What the answer carries.</summary>
    public Payload Payload { get; }

    /// <summary>The <c>reason</c> in the payload, as <see cref="Reply.Error(string)"/> puts it there; null when there is none.</summary>
    public string? Reason
    {
        get
        {
            if (!Payload.IsObject) return null;
            using var json = JsonDocument.Parse(Payload.Bytes);
            return json.RootElement.TryGetProperty("reason", out var reason) && reason.ValueKind == JsonValueKind.String ? reason.GetString() : null;
        }
    }

    /// <summary>Reads the payload, with the JSON options of the host.</summary>
    /// <exception cref="ChannelTestException">It has another shape.</exception>
    public T Read<T>() => Payload.As<T>($"the reply {Status}");

    /// <summary>The status and the payload.</summary>
    public override string ToString() => $"{Status} {Text.Of(Payload)}";
}
