using System.Buffers;

namespace PhoenixChannels;

/// <summary>
/// Turns messages into bytes and back for a range of protocol versions. One instance serves all connections, from many threads at once.
/// The built-in ones are Phoenix's V1 and V2; more can be added to a socket's options.
/// </summary>
/// <remarks>The counterpart of <c>Phoenix.Socket.Serializer</c>. A serializer writes bare messages; the server adds the frame and shares it among receivers.</remarks>
public interface IChannelSerializer
{
    /// <summary>
    /// The versions it is for, as Elixir's <c>Version</c> module reads them: <c>~> 2.0.0</c> is 2.0.0 up to but not 2.1.0
    /// (2.0.1-rc.1 is in it, 2.0.0-rc.1 is not). A client names its version by the query parameter <c>vsn</c>.
    /// </summary>
    string Versions { get; }

    /// <summary>Reads one message of a client.</summary>
    /// <param name="message">The message's bytes. They belong to this message alone: slices of them may be kept.</param>
    /// <param name="binary">Whether it came as a binary message.</param>
    /// <param name="maxDepth">How deep the payload's JSON may be nested.</param>
    /// <param name="result">The message read.</param>
    /// <returns>False when the message is malformed, which closes the connection with 1011 as Phoenix does.</returns>
    bool TryDecode(ReadOnlyMemory<byte> message, bool binary, int maxDepth, out IncomingMessage result);

    /// <summary>Writes one message. A broadcast is encoded once for all its receivers.</summary>
    /// <returns>True when what was written is a binary message, false for text.</returns>
    /// <exception cref="NotSupportedException">This version cannot carry the message, such as binary data in V1.</exception>
    bool Encode(in OutgoingMessage message, IBufferWriter<byte> output);
}
