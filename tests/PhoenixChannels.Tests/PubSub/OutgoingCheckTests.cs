namespace PhoenixChannels.Tests.Broadcasting;

public class OutgoingCheckTests
{
    [TestCase("{}", true)]
    [TestCase("{\"a\":[]}", true)]
    [TestCase("[{}]", false)]
    [TestCase("null", false)]
    [TestCase("\"{\"", false)]
    public void A_payload_is_an_object_or_binary(string json, bool passes) =>
        Assert.That(() => OutgoingCheck.Payload(Payload.Json(json.Utf8())), passes ? Throws.Nothing : Throws.ArgumentException.With.Message.Contains("new { value }"));

    [Test]
    public void Only_binary_bounds_the_length_of_names()
    {
        var tooLong = "x".Repeat(256);
        Assert.That(() => OutgoingCheck.Broadcast(tooLong, tooLong, Payload.Empty), Throws.Nothing);
        Assert.That(() => OutgoingCheck.Broadcast("t", "e", Payload.Binary(default)), Throws.Nothing);
        Assert.That(() => OutgoingCheck.Broadcast(tooLong, "e", Payload.Binary(default)), Throws.ArgumentException);
        Assert.That(() => OutgoingCheck.Broadcast("t", tooLong, Payload.Binary(default)), Throws.ArgumentException);
    }
}
