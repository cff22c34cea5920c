using PhoenixChannels.Connections;

namespace PhoenixChannels;

/// <summary>An event from the client.</summary>
public readonly struct Message
{
    readonly ChannelProcess _process;
    readonly EventLetter _letter;

    internal Message(ChannelProcess process, EventLetter letter)
    {
        _process = process;
        _letter = letter;
    }

    /// <summary>The event's name.</summary>
    public string Event => _letter.Event;

    /// <summary>What it carries.</summary>
    public Payload Payload => _letter.Payload;

    /// <summary>Whether the client gave a ref, and so waits for an answer. One without is answered with ref null, as in Phoenix, which no client looks for.</summary>
    public bool HasRef => !_letter.Ref.IsEmpty;

    /// <summary>For an answer later, from any thread: keep it and return <see cref="Reply.None"/>. Phoenix's <c>socket_ref</c>.</summary>
    /// <exception cref="InvalidOperationException">The message has no ref.</exception>
    public SocketRef Ref => HasRef
        ? new(_process, _letter.Ref.ToArray())
        : throw new InvalidOperationException("The client sent the message without a ref, so it cannot be answered.");
}
