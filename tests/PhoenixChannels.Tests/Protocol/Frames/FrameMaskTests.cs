using CsCheck;
using PhoenixChannels.Frames;

namespace PhoenixChannels.Tests.Protocol.Frames;

public class FrameMaskTests
{
    [Test]
    public void Every_byte_is_masked_by_the_keys_byte_at_its_place() =>
        Gen.Select(Gen.Byte.Array[0, 300], Gen.Byte.Array[4], Gen.Int[0, 31]).Sample((data, key, offset) =>
        {
            var masked = new byte[data.Length + offset].AsSpan(offset);
            data.CopyTo(masked);
            FrameMask.Apply(masked, BitConverter.ToUInt32(key));
            for (var i = 0; i < data.Length; i++)
                if (masked[i] != (byte)(data[i] ^ key[i & 3])) return false;
            return true;
        }, iter: 500);

    [Test]
    public void A_rotated_key_goes_on_where_the_last_part_ended() =>
        Gen.Select(Gen.Byte.Array[0, 200], Gen.UInt, Gen.Int[0, 200]).Sample((data, key, at) =>
        {
            at = Math.Min(at, data.Length);
            var (whole, parts) = (data.ToArray(), data.ToArray());
            FrameMask.Apply(whole, key);
            FrameMask.Apply(parts.AsSpan(0, at), key);
            FrameMask.Apply(parts.AsSpan(at), FrameMask.Rotate(key, at));
            return whole.AsSpan().SequenceEqual(parts);
        }, iter: 500);
}
