namespace PhoenixChannels.Tests.Protocol;

public class ReplyTests
{
    [Test]
    public void No_reply_has_no_status() => Assert.That((Reply.None.Status, default(Reply).Status), Is.EqualTo(((string?)null, (string?)null)));

    [Test]
    public void Ok_carries_the_empty_object_or_a_value()
    {
        AssertReply(Reply.Ok(), "ok", "{}");
        AssertReply(Reply.Ok(new { UserId = 1 }), "ok", """{"userId":1}""");
        AssertReply(Reply.Ok("text"), "ok", "\"text\"");
        AssertReply(Reply.Ok<string?>(null), "ok", "null");
        AssertReply(Reply.Ok(Payload.Json("[1]"u8.ToArray())), "ok", "[1]");
    }

    [Test]
    public void An_error_carries_a_reason_or_a_value()
    {
        AssertReply(Reply.Error("too \"long\"\n/é"), "error", """{"reason":"too \"long\"\n/é"}""");
        AssertReply(Reply.Error(new { Code = 5 }), "error", """{"code":5}""");
        AssertReply(Reply.Error(5), "error", "5");
        Assert.That(Reply.Error("x").Payload.IsObject, Is.True);
    }

    [Test]
    public void Bytes_become_binary()
    {
        byte[] bytes = [1, 2];
        foreach (var reply in new[] { Reply.Ok(bytes), Reply.Ok(bytes.AsMemory()), Reply.Error(bytes), Reply.WithStatus("partial", (ReadOnlyMemory<byte>)bytes) })
        {
            Assert.That(reply.Payload.IsBinary, Is.True);
            Assert.That(reply.Payload.Bytes.ToArray(), Is.EqualTo(bytes));
        }
    }

    [Test]
    public void Any_other_status_has_at_least_a_character()
    {
        AssertReply(Reply.WithStatus("accepted", new { A = 1 }), "accepted", """{"a":1}""");
        Assert.That(() => Reply.WithStatus("", 1), Throws.ArgumentException);
        Assert.That(() => Reply.WithStatus(null!, 1), Throws.ArgumentNullException);
    }

    static void AssertReply(Reply reply, string status, string payload) => Assert.That((reply.Status, reply.Payload.ToString()), Is.EqualTo((status, payload)));
}
