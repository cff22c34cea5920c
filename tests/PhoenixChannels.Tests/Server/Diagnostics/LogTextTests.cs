using PhoenixChannels.Diagnostics;

namespace PhoenixChannels.Tests.Server.Diagnostics;

public class LogTextTests
{
    [TestCase("new_msg", "new_msg")]
    [TestCase("two\nlines", "two\\u000Alines")]
    [TestCase("\u202Eturned", "\\u202Eturned")]
    public void What_a_client_chose_stays_on_one_line(string text, string expected) => Assert.That(LogText.Of(text), Is.EqualTo(expected));

    [Test]
    public void It_is_cut_where_it_is_long() => Assert.That(LogText.Of(new('x', 101)), Is.EqualTo(new string('x', 100) + "…"));

    [Test]
    public void A_message_is_long_enough_to_say_where_a_payload_is_wrong()
    {
        var exception = Assert.Throws<PayloadException>(() => Payload.Json("""{"priority":"urgent"}"""u8.ToArray()).Read<Ticket>())!;
        Assert.That(LogText.OfMessage(exception), Does.Contain("Path: $.priority"));
        Assert.That(LogText.OfMessage(new PayloadException(new string('x', 501))), Is.EqualTo(new string('x', 500) + "…"));
    }

    sealed record Ticket(Priority Priority);

    enum Priority
    {
        Low,
    }
}
