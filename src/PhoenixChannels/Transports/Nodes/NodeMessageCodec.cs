using Microsoft.AspNetCore.Http;
using PhoenixChannels.Tracking;

namespace PhoenixChannels.Transports;

/// <summary>Messages as bytes: a version, the kind, the sender, the request, then what the kind has. Numbers are LEB128, text and bytes stand behind their length.</summary>
internal static class NodeMessageCodec
{
    public const byte CurrentVersion = 1;

    public static byte[] Write(NodeMessage message)
    {
        var writer = new TrackerWriter();
        writer.Byte(CurrentVersion);
        writer.Byte((byte)message.Kind);
        writer.Text(message.From);
        writer.Id(message.Request);
        if (IsRequest(message.Kind))
        {
            writer.Text(message.Mount);
            writer.Id(message.Session);
            writer.Byte(message.Asker is null ? (byte)0 : (byte)1);
            if (message.Asker is not null) writer.Text(message.Asker);
        }

        if (message.Kind == NodeMessageKind.Answer) writer.Number((long)message.Status);
        if (!HasMessages(message.Kind)) return writer.ToArray();
        writer.Number((long)message.Messages.Count);
        foreach (var (bytes, isBinary) in message.Messages)
        {
            writer.Byte(isBinary ? (byte)1 : (byte)0);
            writer.Bytes(bytes);
        }

        return writer.ToArray();
    }

    /// <summary>Null for another version, an unknown kind or status, and for what is no message.</summary>
    public static NodeMessage? TryRead(ReadOnlySpan<byte> bytes)
    {
        var reader = new TrackerReader(bytes);
        if (reader.Byte() != CurrentVersion) return null;
        var kind = (NodeMessageKind)reader.Byte();
        if (kind is < NodeMessageKind.Poll or > NodeMessageKind.NotSent) return null;
        var message = new NodeMessage(kind, reader.Text(), reader.Id());
        if (IsRequest(kind)) message = message with { Mount = reader.Text(), Session = reader.Id(), Asker = reader.Byte() == 0 ? null : reader.Text() };
        if (kind == NodeMessageKind.Answer)
        {
            message = message with { Status = (int)Math.Min(reader.Number(), int.MaxValue) };
            if (!IsKnownStatus(message.Status)) return null;
        }

        if (HasMessages(kind)) message = message with { Messages = ReadMessages(ref reader) };
        return reader.HasFailed || !reader.IsAtEnd ? null : message;
    }

    static List<LongPollMessage> ReadMessages(ref TrackerReader reader)
    {
        var messages = new List<LongPollMessage>();
        for (var left = reader.Count(); left > 0 && !reader.HasFailed; left--)
        {
            var isBinary = reader.Byte() != 0;
            messages.Add(new(reader.Bytes().ToArray(), isBinary));
        }

        return messages;
    }

    static bool IsRequest(NodeMessageKind kind) => kind is NodeMessageKind.Poll or NodeMessageKind.Post or NodeMessageKind.AuthToken;

    static bool HasMessages(NodeMessageKind kind) => kind is NodeMessageKind.Post or NodeMessageKind.Answer;

    /// <summary>phoenix.js throws at any other.</summary>
    static bool IsKnownStatus(int status) => status is
        StatusCodes.Status200OK or StatusCodes.Status204NoContent or StatusCodes.Status403Forbidden or StatusCodes.Status408RequestTimeout or StatusCodes.Status410Gone;
}
