using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace PhoenixChannels.Tests.Server;

/// <summary>Payloads of typed handlers are read and answered by the mount's JSON options, with and without reflection.</summary>
public partial class TypedHandlersJsonTests
{
    [Test]
    public async Task Payloads_are_read_by_reflection_and_by_a_source_generated_context([Values] bool isGenerated, [ValueSource(nameof(Payloads))] (string Event, string Payload, string Answer) message)
    {
        await using var server = await TestServer.StartAsync(
            socket => socket.MapChannel<JsonChannel>("json:*"),
            configure: builder => builder.Services.AddPhoenixChannels(options =>
            {
                if (isGenerated) options.Json.TypeInfoResolver = TypedJson.Default;
                options.Json.Converters.Add(new JsonStringEnumConverter<Colour>());
            }));
        await using var client = await server.ConnectAsync();
        await client.JoinAsync("json:a");
        client.Send($"""["1","2","json:a","{message.Event}",{message.Payload}]""");
        await client.ExpectAsync($"""["1","2","json:a","phx_reply",{message.Answer}]""");
    }

    [Test]
    public async Task A_context_before_the_reflection_takes_what_it_knows()
    {
        await using var server = await TestServer.StartAsync(
            socket => socket.MapChannel<JsonChannel>("json:*"),
            configure: builder => builder.Services.AddPhoenixChannels(options =>
            {
                options.Json.TypeInfoResolverChain.Insert(0, PartialJson.Default);
                options.Json.Converters.Add(new JsonStringEnumConverter<Colour>());
            }));
        await using var client = await server.ConnectAsync();
        await client.JoinAsync("json:a");
        client.Send("""["1","2","json:a","record",{"text":"a","count":1}]""", """["1","3","json:a","enum",{"colour":"Red","other":null}]""");
        await client.ExpectAsync(
            """["1","2","json:a","phx_reply",{"response":{"text":"a","count":1},"status":"ok"}]""",
            """["1","3","json:a","phx_reply",{"response":{"colour":"Red","other":null},"status":"ok"}]""");
    }

    static IEnumerable<(string Event, string Payload, string Answer)> Payloads()
    {
        const string Invalid = """{"response":{"reason":"invalid payload"},"status":"error"}""";
        yield return ("record", """{"text":"a","count":1}""", Ok("""{"text":"a","count":1}"""));
        yield return ("record", """{"Text":"a"}""", Ok("""{"text":"a","count":3}"""));
        yield return ("record", """{"count":1}""", Invalid);
        yield return ("record", """{"text":null}""", Invalid);
        yield return ("record", """{"text":"a","count":null}""", Invalid);
        yield return ("enum", """{"colour":"Green","other":"Red"}""", Ok("""{"colour":"Green","other":"Red"}"""));
        yield return ("enum", """{"colour":"green"}""", Ok("""{"colour":"Green","other":null}"""));
        yield return ("enum", """{"colour":"Purple"}""", Invalid);
        yield return ("optional", """{}""", Ok("""{"name":null,"number":null,"tags":[]}"""));
        yield return ("optional", """{"name":"a","number":5,"tags":["x",null]}""", Ok("""{"name":"a","number":5,"tags":["x",null]}"""));
        yield return ("shape", """{"kind":"circle","radius":2}""", Ok("""{"kind":"circle","radius":2}"""));
        yield return ("shape", """{"kind":"square","side":3}""", Ok("""{"kind":"square","side":3}"""));
        yield return ("shape", """{"kind":"star"}""", Invalid);
        yield return ("list", """[{"text":"a","count":1},{"text":"b","count":2}]""", Ok("2"));
        yield return ("number", "1.5", Ok("1.5"));
        yield return ("number", "\"1.5\"", Ok("1.5"));
        yield return ("number", "null", Invalid);

        static string Ok(string response) => $$"""{"response":{{response}},"status":"ok"}""";
    }

    internal enum Colour
    {
        Red,
        Green,
    }

    internal sealed record Note(string Text, int Count = 3);

    internal sealed record Paint(Colour Colour, Colour? Other = null);

    internal sealed class Settings
    {
        public string? Name { get; set; }

        public int? Number { get; set; }

        public IReadOnlyList<string?> Tags { get; set; } = [];
    }

    [JsonPolymorphic(TypeDiscriminatorPropertyName = "kind")]
    [JsonDerivedType(typeof(Circle), "circle")]
    [JsonDerivedType(typeof(Square), "square")]
    internal abstract record Shape;

    internal sealed record Circle(int Radius) : Shape;

    internal sealed record Square(int Side) : Shape;

    [JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
    [JsonSerializable(typeof(Note))]
    [JsonSerializable(typeof(Paint))]
    [JsonSerializable(typeof(Settings))]
    [JsonSerializable(typeof(Shape))]
    [JsonSerializable(typeof(IReadOnlyList<Note>))]
    [JsonSerializable(typeof(int))]
    [JsonSerializable(typeof(double))]
    sealed partial class TypedJson : JsonSerializerContext;

    [JsonSerializable(typeof(Note))]
    sealed partial class PartialJson : JsonSerializerContext;

    sealed partial class JsonChannel : Channel<TestSocket>
    {
        [Join]
        void Join()
        {
        }

        [HandleIn("record")]
        Note Record(Note note) => note;

        [HandleIn("enum")]
        Task<Paint> Enum(Paint paint) => Task.FromResult(paint);

        [HandleIn("optional")]
        Settings Optional(Settings options) => options;

        [HandleIn("shape")]
        Shape OnShape(Shape shape) => shape;

        [HandleIn("list")]
        int List(IReadOnlyList<Note> notes) => notes.Count;

        [HandleIn("number")]
        double Number(double? number) => number ?? 0;
    }
}
