using CsCheck;
using PhoenixChannels.Adapters;

namespace PhoenixChannels.Tests.Broadcasting.Adapters;

public class BeaconTests
{
    [TestCase(true, 0)]
    [TestCase(false, 86_400_123)]
    public void A_beacon_is_read_as_it_was_written(bool asks, int milliseconds)
    {
        var beacon = new Beacon(asks, TimeSpan.FromMilliseconds(milliseconds));
        Assert.That(Beacon.TryRead(beacon.ToArray(), out var read), Is.True);
        Assert.That(read, Is.EqualTo(beacon));
        Assert.That(Beacon.TryRead([.. beacon.ToArray(), 1, 2, 3], out read), Is.True, "what follows is for later versions");
        Assert.That(read, Is.EqualTo(beacon));
    }

    [Test]
    public void Hostile_bytes_never_throw() => Gen.Byte.Array[0, 12].Sample(bytes =>
    {
        Beacon.TryRead(bytes, out _);
    });

    [Test]
    public void An_age_beyond_all_times_is_refused() => Assert.That(Beacon.TryRead([0, 0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff], out _), Is.False);
}
