using System.Text;

namespace PhoenixChannels.InteropTests.Wire;

/// <summary>Puts the data frames of a server together to messages, and tells what is wrong with them.</summary>
internal sealed class MessageAssembler(Inbox inbox)
{
    static readonly UTF8Encoding s_strictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    MemoryStream? _message;
    Opcode _opcode;

    public void Add(Frame frame)
    {
        switch (frame.Opcode)
        {
            case Opcode.Continuation when _message is null:
                inbox.AddProtocolError("unexpected continuation");
                return;
            case Opcode.Continuation:
                break;
            case Opcode.Text or Opcode.Binary:
                if (_message is not null) inbox.AddProtocolError("a new message inside a fragmented one");

                _message = new MemoryStream();
                _opcode = frame.Opcode;
                break;
            default:
                inbox.AddProtocolError($"opcode {(int)frame.Opcode}");
                return;
        }

        _message.Write(frame.Payload.Span);
        if (frame.Final)
        {
            Complete(_message.ToArray());
            _message = null;
        }
    }

    void Complete(byte[] data)
    {
        if (_opcode == Opcode.Binary)
        {
            inbox.Add(ArrivalKind.Binary, data);
            return;
        }

        try
        {
            s_strictUtf8.GetCharCount(data);
        }
        catch (DecoderFallbackException)
        {
            inbox.AddProtocolError("text frame is not UTF-8");
        }

        inbox.Add(ArrivalKind.Text, data);
    }
}
