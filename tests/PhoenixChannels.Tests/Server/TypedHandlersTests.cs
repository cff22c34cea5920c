using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.DependencyInjection;
using PhoenixChannels.InteropTests.Wire;

namespace PhoenixChannels.Tests.Server;

/// <summary>Channels whose overrides the generator has written, over a real connection.</summary>
public partial class TypedHandlersTests
{
    TestServer _server;
    TestClient _client;

    [SetUp]
    public async Task StartAsync()
    {
        _server = await TestServer.StartAsync(
            socket => socket.MapChannel<TypedChannel>("typed:*").MapChannel<DerivedChannel>("derived:*").MapChannel<GenericChannel<Point>>("generic:*"),
            configure: builder => builder.Services
                .AddSingleton<Disposals>()
                .AddScoped<Store>()
                .AddKeyedSingleton("key", new Named("keyed"))
                .AddKeyedSingleton(DayOfWeek.Friday, new Named("friday")));
        _client = await _server.ConnectAsync();
    }

    [TearDown]
    public async Task StopAsync()
    {
        await _client.DisposeAsync();
        await _server.DisposeAsync();
    }

    [TestCase("""{"name":"Ann"}""", """{"response":{"topic":"typed:a","greeting":"Hello Ann"},"status":"ok"}""")]
    [TestCase("""{"name":""}""", """{"response":{"reason":"no name"},"status":"error"}""")]
    [TestCase("""{"nom":"Ann"}""", """{"response":{"reason":"invalid payload"},"status":"error"}""")]
    [TestCase("[]", """{"response":{"reason":"invalid payload"},"status":"error"}""")]
    public async Task A_join_reads_its_payload_and_decides(string payload, string answer)
    {
        _client.Send($"""["1","1","typed:a","phx_join",{payload}]""");
        await _client.ExpectAsync($"""["1","1","typed:a","phx_reply",{answer}]""");
    }

    [TestCase("reply", """{"x":1,"y":2}""", """{"response":{"x":1,"y":2},"status":"ok"}""")]
    [TestCase("task_of_reply", """{"x":1,"y":2}""", """{"response":{"x":2,"y":1},"status":"ok"}""")]
    [TestCase("value_task_of_reply", """{"x":1,"y":2}""", """{"response":{"reason":"no"},"status":"error"}""")]
    [TestCase("value", """{"x":1,"y":2}""", """{"response":{"x":11,"y":12},"status":"ok"}""")]
    [TestCase("task_of_value", """{"x":1,"y":2}""", """{"response":3,"status":"ok"}""")]
    [TestCase("value_task_of_value", """{"x":1,"y":2}""", """{"response":"1,2","status":"ok"}""")]
    [TestCase("no_value", "{}", """{"response":null,"status":"ok"}""")]
    [TestCase("later", """{"x":1,"y":2}""", """{"response":{"x":3,"y":4},"status":"ok"}""")]
    [TestCase("raw", """{ "any" : [ 1 , 2 ] }""", """{"response":{ "any" : [ 1 , 2 ] },"status":"ok"}""")]
    [TestCase("whole", "5", """{"response":{"event":"whole","number":5},"status":"ok"}""")]
    [TestCase("null_number", "{}", """{"response":{"reason":"invalid payload"},"status":"error"}""")]
    [TestCase("optional", "{}", """{"response":{"name":null,"tags":null,"count":7},"status":"ok"}""")]
    [TestCase("one", "{}", """{"response":"one","status":"ok"}""")]
    [TestCase("two", "{}", """{"response":"two","status":"ok"}""")]
    [TestCase("services", "{}", """{"response":["keyed","friday",null,null],"status":"ok"}""")]
    [TestCase("it's \\\"quoted\\\" 日本語", "{}", """{"response":"quoted","status":"ok"}""")]
    [TestCase("token", "{}", """{"response":true,"status":"ok"}""")]
    [TestCase("reply", """{"x":"one"}""", """{"response":{"reason":"invalid payload"},"status":"error"}""")]
    public async Task An_event_is_handled_by_the_method_that_names_it(string @event, string payload, string answer)
    {
        await JoinAsync();
        _client.Send($"""["1","2","typed:a","{@event}",{payload}]""");
        await _client.ExpectAsync($"""["1","2","typed:a","phx_reply",{answer}]""");
    }

    [TestCase("void")]
    [TestCase("task")]
    [TestCase("value_task")]
    public async Task A_handler_that_returns_nothing_answers_nothing(string @event)
    {
        await JoinAsync();
        _client.Send($"""["1","2","typed:a","{@event}",5]""");
        await _client.ExpectAsync($$"""["1",null,"typed:a","{{@event}}",{"number":5}]""");
        await _client.ExpectNothingElseAsync();
    }

    [TestCase("bytes")]
    [TestCase("memory")]
    public async Task Binary_is_read_and_answered_as_bytes(string @event)
    {
        await JoinAsync();
        _client.SendFrames(new Frame(Opcode.Binary, (byte[])[0, 1, 1, 7, (byte)@event.Length, .. $"12typed:a{@event}".Utf8(), 1, 2, 3]));
        var arrival = await _client.NextAsync();
        Assert.That(arrival.Payload.ToArray(), Is.EqualTo((byte[])[1, 1, 1, 7, 2, .. "12typed:aok".Utf8(), 3, 2, 1]));
    }

    [Test]
    public async Task An_event_without_a_handler_crashes_the_channel()
    {
        await JoinAsync();
        _client.Send("""["1","2","typed:a","unknown",{}]""");
        await _client.ExpectAsync("""["1","1","typed:a","phx_error",{"reason":"channel_crash"}]""");
    }

    [Test]
    public async Task Services_of_a_handler_live_as_long_as_its_call()
    {
        await JoinAsync();
        _client.Send("""["1","2","typed:a","store",{}]""", """["1","3","typed:a","store",{}]""");
        await _client.ExpectAsync("""["1","2","typed:a","phx_reply",{"response":0,"status":"ok"}]""", """["1","3","typed:a","phx_reply",{"response":1,"status":"ok"}]""");
    }

    [TestCase("out", """{"x":5,"y":6}""", """["1",null,"typed:a","out",{"x":6,"y":5}]""")]
    [TestCase("out_task", "{}", """["1",null,"typed:a","out_task",{"event":"out_task"}]""")]
    [TestCase("out_value_task", """{"a":1}""", """["1",null,"typed:a","out_value_task",{"was":{"a":1}}]""")]
    [TestCase("passed", """{"a":1}""", """[null,null,"typed:a","passed",{"a":1}]""")]
    public async Task A_broadcast_with_a_handler_is_intercepted(string @event, string payload, string expected)
    {
        await JoinAsync();
        await _server.Broadcaster.BroadcastAsync("typed:a", @event, Payload.Json(payload.Utf8()));
        await _client.ExpectAsync(expected);
        await _client.ExpectNothingElseAsync();
    }

    [Test]
    public async Task A_message_goes_to_the_handler_of_its_type()
    {
        await JoinAsync();
        _client.Send("""["1","2","typed:a","send",{}]""");
        await _client.ExpectAsync(
            """["1",null,"typed:a","info",{"of":"Dog","is":"Rex"}]""",
            """["1",null,"typed:a","info",{"of":"Animal","is":"Tom"}]""",
            """["1",null,"typed:a","info",{"of":"int","is":"5"}]""",
            """["1",null,"typed:a","info",{"of":"string","is":"text"}]""");
        await _server.Broadcaster.BroadcastAsync("other", "news", new { });
        await _client.ExpectAsync("""["1",null,"typed:a","info",{"of":"Broadcast","is":"news"}]""");
    }

    [Test]
    public async Task A_derived_channel_handles_what_its_base_does_and_its_own()
    {
        _client.Send("""["1","1","derived:a","phx_join",{}]""");
        await _client.ExpectAsync("""["1","1","derived:a","phx_reply",{"response":{},"status":"ok"}]""");
        _client.Send("""["1","2","derived:a","base",{}]""", """["1","3","derived:a","own",{}]""", """["1","4","derived:a","both",{}]""");
        await _client.ExpectAsync(
            """["1","2","derived:a","phx_reply",{"response":"base","status":"ok"}]""",
            """["1","3","derived:a","phx_reply",{"response":"own","status":"ok"}]""",
            """["1","4","derived:a","phx_reply",{"response":"derived","status":"ok"}]""");
        await _server.Broadcaster.BroadcastAsync("derived:a", "out_base", new { });
        await _server.Broadcaster.BroadcastAsync("derived:a", "out_own", new { });
        await _client.ExpectAsync("""["1",null,"derived:a","base",{}]""", """["1",null,"derived:a","own",{}]""");
    }

    [Test]
    public async Task A_generic_channel_reads_its_type_s_argument()
    {
        _client.Send("""["1","1","generic:a","phx_join",{"x":1,"y":2}]""");
        await _client.ExpectAsync("""["1","1","generic:a","phx_reply",{"response":{"x":1,"y":2},"status":"ok"}]""");
    }

    async Task JoinAsync()
    {
        _client.Send("""["1","1","typed:a","phx_join",{"name":"Ann"}]""");
        await _client.ExpectAsync("""["1","1","typed:a","phx_reply",{"response":{"topic":"typed:a","greeting":"Hello Ann"},"status":"ok"}]""", """["1",null,"typed:a","joined",{"disposed":0}]""");
    }

    internal sealed record Point(int X, int Y);

    internal sealed record Named(string Name);

    sealed record JoinParams(string Name);

    sealed record Options(string? Name = null, string[]? Tags = null, int Count = 7);

    record Animal(string Name);

    sealed record Dog(string Name) : Animal(Name);

    internal sealed class Disposals
    {
        public int Count;
    }

    internal sealed class Store(Disposals disposals) : IDisposable
    {
        public int Disposed => disposals.Count;

        public void Dispose() => disposals.Count++;
    }

    internal sealed partial class TypedChannel : Channel<TestSocket>
    {
        [Join]
        Reply Join(JoinParams payload) => payload.Name.Length == 0 ? Reply.Error("no name") : Reply.Ok(new { Topic, greeting = $"Hello {payload.Name}" });

        [Joined]
        async Task Joined([FromServices] Disposals disposals, CancellationToken ct)
        {
            await Task.Yield();
            ct.ThrowIfCancellationRequested();
            Push("joined", new { disposed = disposals.Count });
            Subscribe("other");
        }

        [HandleIn("reply")]
        Reply PlainReply(Point point) => Reply.Ok(point);

        [HandleIn("task_of_reply")]
        async Task<Reply> TaskOfReply(Point point)
        {
            await Task.Yield();
            return Reply.Ok(new Point(point.Y, point.X));
        }

        [HandleIn("value_task_of_reply")]
        ValueTask<Reply> ValueTaskOfReply(Point point) => new(Reply.Error(point.X == 1 ? "no" : "yes"));

        [HandleIn("value")]
        Point Value(Point point) => new(point.X + 10, point.Y + 10);

        [HandleIn("task_of_value")]
        Task<int> TaskOfValue(Point point) => Task.FromResult(point.X + point.Y);

        [HandleIn("value_task_of_value")]
        async ValueTask<string> ValueTaskOfValue(Point point)
        {
            await Task.Yield();
            return $"{point.X},{point.Y}";
        }

        [HandleIn("no_value")]
        string? NoValue() => null;

        [HandleIn("later")]
        void Later(SocketRef later, Point point) => Task.Run(() => later.Reply(Reply.Ok(new Point(point.X + 2, point.Y + 2))));

        [HandleIn("void")]
        void Void(int number) => Push("void", new { number });

        [HandleIn("task")]
        async Task Task_(int number)
        {
            await Task.Yield();
            Push("task", new { number });
        }

        [HandleIn("value_task")]
        ValueTask ValueTask_(int number)
        {
            Push("value_task", new { number });
            return default;
        }

        [HandleIn("raw")]
        Payload Raw(Payload payload) => payload;

        [HandleIn("whole")]
        Reply Whole(Message message, int number) => Reply.Ok(new { message.Event, number });

        [HandleIn("null_number")]
        int NullNumber(int? number) => number ?? 0;

        [HandleIn("optional")]
        Options Optional(Options options) => options;

        [HandleIn("one"), HandleIn("two")]
        string OneOrTwo(Message message) => message.Event;

        [HandleIn("services")]
        IEnumerable<string?> Services_([FromKeyedServices("key")] Named keyed, [FromKeyedServices(DayOfWeek.Friday)] Named friday, [FromServices] Named? none, [FromKeyedServices("none")] Named? noneKeyed) =>
            [keyed.Name, friday.Name, none?.Name, noneKeyed?.Name];

        [HandleIn("store")]
        int Disposed([FromServices] Store store, [FromServices] Store same) => ReferenceEquals(store, same) ? store.Disposed : -1;

        [HandleIn("it's \"quoted\" 日本語")]
        string @event() => "quoted";

        [HandleIn("token")]
        bool Token(CancellationToken ct) => ct == Closed;

        [HandleIn("bytes")]
        byte[] Bytes(byte[] bytes) => [.. bytes.Reverse()];

        [HandleIn("memory")]
        Task<ReadOnlyMemory<byte>> Memory(ReadOnlyMemory<byte> bytes) => Task.FromResult<ReadOnlyMemory<byte>>(bytes.ToArray().Reverse().ToArray());

        [HandleIn("send")]
        void SendAll()
        {
            Send(new Dog("Rex"));
            Send(new Animal("Tom"));
            Send(5);
            Send("text");
            Send(new object());
        }

        [HandleOut("out")]
        void Out(Point point) => Push("out", new Point(point.Y, point.X));

        [HandleOut("out_task")]
        async Task OutTask(Broadcast broadcast)
        {
            await Task.Yield();
            Push("out_task", new { broadcast.Event });
        }

        [HandleOut("out_value_task")]
        ValueTask OutValueTask(Payload payload, [FromServices] Store store)
        {
            Push("out_value_task", new { was = payload });
            return default;
        }

        [HandleInfo]
        void OnAnimal(Animal animal) => Info(nameof(Animal), animal.Name);

        [HandleInfo]
        async Task OnDog(Dog dog)
        {
            await Task.Yield();
            Info(nameof(Dog), dog.Name);
        }

        [HandleInfo]
        void OnNumber(int? number) => Info("int", $"{number}");

        [HandleInfo]
        ValueTask OnText(string text, [FromServices] Store store)
        {
            Info("string", text);
            return default;
        }

        [HandleInfo]
        void OnBroadcast(Broadcast broadcast) => Info(nameof(Broadcast), broadcast.Event);

        void Info(string of, string @is) => Push("info", new { of, @is });
    }

    internal abstract partial class BaseChannel : Channel<TestSocket>
    {
        [Join]
        void Join()
        {
        }

        [HandleIn("base")]
        string Base() => "base";

        [HandleIn("both")]
        string Both() => "base";

        [HandleOut("out_base")]
        void OutBase() => Push("base", Payload.Empty);
    }

    internal sealed partial class DerivedChannel : BaseChannel
    {
        [HandleIn("own")]
        string Own() => "own";

        [HandleIn("both")]
        string Both() => "derived";

        [HandleOut("out_own")]
        void OutOwn() => Push("own", Payload.Empty);
    }

    internal sealed partial class GenericChannel<T> : Channel<TestSocket>
    {
        [Join]
        Task<T> Join(T payload) => Task.FromResult(payload);
    }
}
