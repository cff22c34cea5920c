using CsCheck;
using PhoenixChannels.Frames;

namespace PhoenixChannels.Tests.Protocol.Frames;

public class WebSocketHandshakeTests
{
    [Test]
    public void The_key_of_the_rfc_is_accepted_as_the_rfc_says() =>
        Assert.That(WebSocketHandshake.Accept("dGhlIHNhbXBsZSBub25jZQ=="), Is.EqualTo("s3pPLMBiTxaQ9kYGzzhZRbK+xOo="));

    [Test]
    public void The_base64_of_16_bytes_is_a_key_and_of_other_lengths_is_none() =>
        Gen.Byte.Array[0, 40].Sample(bytes => WebSocketHandshake.IsValidKey(Convert.ToBase64String(bytes)) == (bytes.Length == 16), iter: 300);

    [TestCase(null)]
    [TestCase("")]
    [TestCase("dGhlIHNhbXBsZSBub25jZQ")]
    [TestCase("dGhlIHNhbXBsZSBub25jZQ= ")]
    [TestCase(" dGhlIHNhbXBsZSBub25jZQ==")]
    [TestCase("dGhlIHNhbXBsZSBub25jZ===")]
    [TestCase("dGhlIHNhbXBsZSBub25jZQAA")]
    [TestCase("dGhlIHNhbXBsZSBub25j    ")]
    [TestCase("dGhlIHNhbXBsZSBub25j-_==")]
    [TestCase("dGhlIHNhbXBsZSBub25jé===")]
    [TestCase("************************")]
    public void Anything_else_is_no_key(string? key) => Assert.That(WebSocketHandshake.IsValidKey(key), Is.False);
}
