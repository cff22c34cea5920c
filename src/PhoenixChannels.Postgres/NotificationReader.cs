using System.Buffers.Binary;

namespace PhoenixChannels.Postgres;

/// <summary>Reads the frames of notifications. Used by one thread at a time.</summary>
internal sealed class NotificationReader
{
    readonly byte[] _bytes = new byte[NotificationFrame.MaxBytes + 3];
    int _length, _position, _start, _end;

    /// <summary>The frame's envelope, when it is not elsewhere.</summary>
    public ReadOnlySpan<byte> Envelope => _bytes.AsSpan(_start, _end - _start);

    /// <summary>Where the envelope is in the table of large messages, if it is.</summary>
    public Guid? LargeId { get; private set; }

    /// <summary>Whether the frame asks to read the outbox more often.</summary>
    public bool IsWake { get; private set; }

    /// <summary>Begins with a notification. False for one of another version, and for what is none.</summary>
    public bool TryBegin(string payload)
    {
        _position = NotificationFrame.HeaderLength;
        return Convert.TryFromBase64String(payload, _bytes, out _length) && _length >= NotificationFrame.HeaderLength && _bytes[0] == NotificationFrame.Version;
    }

    /// <summary>Goes to the next frame. False at the end, and where the rest is damaged.</summary>
    public bool TryNext()
    {
        LargeId = null;
        IsWake = false;
        (_start, _end) = (0, 0);
        if (_length - _position < NotificationFrame.LengthLength) return false;
        var length = BinaryPrimitives.ReadUInt32BigEndian(_bytes.AsSpan(_position));
        _position += NotificationFrame.LengthLength;
        switch (length)
        {
            case NotificationFrame.WakeMark:
                return IsWake = true;
            case NotificationFrame.LargeMark:
                if (_length - _position < NotificationFrame.IdLength) return false;
                LargeId = new Guid(_bytes.AsSpan(_position, NotificationFrame.IdLength), bigEndian: true);
                _position += NotificationFrame.IdLength;
                return true;
            default:
                if (length > (uint)(_length - _position)) return false;
                (_start, _end) = (_position, _position + (int)length);
                _position = _end;
                return true;
        }
    }
}
