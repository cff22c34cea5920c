using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using PhoenixChannels.Settings;

namespace PhoenixChannels.Tests.Documentation;

/// <summary>What is said of the options is so.</summary>
public class OptionsPageTests
{
    static IEnumerable<DocumentedOption> Options => DocumentedOption.All;

    static IEnumerable<DocumentedOption> Ranges => DocumentedOption.All.Where(option => option.Range is not null);

    /// <summary>What is no range: values that are taken, and values that are not.</summary>
    static readonly Dictionary<string, (object?[] Good, object?[] Bad)> s_examples = new()
    {
        ["ChannelsOptions.Json"] = ([], []),            // has no setter
        ["PubSubOptions.Json"] = ([JsonSerializerOptions.Default], [null]),
        ["SocketOptions.Serializers"] = ([new List<IChannelSerializer> { new Serializers.V2JsonSerializer() }], [new List<IChannelSerializer>(), new List<IChannelSerializer> { null! }]),
        ["SocketOptions.Origin"] = ([OriginPolicy.Any, OriginPolicy.Allow("//a.com"), OriginPolicy.Custom((_, _) => true)], [null]),
        ["SocketOptions.DisconnectCloseCode"] = ([0, 1001, 1011, 1013, 3000, 4999], [-1, 1, 1000, 1002, 1010, 1014, 2999, 5000]),
        ["SocketOptions.DrainCloseCode"] = ([0, 1001, 1011, 1013, 3000, 4999], [-1, 1, 1000, 1002, 1010, 1014, 2999, 5000]),
        ["WebSocketTransportOptions.Path"] = (["/", "/ws/{kind}"], [null, "", "ws"]),
        ["WebSocketTransportOptions.Subprotocols"] = ([new List<string> { "phoenix", "chat.v2" }], [new List<string>(), new List<string> { "" }, new List<string> { "a b" }, new List<string> { "a,b" }, new List<string> { null! }]),
        ["LongPollTransportOptions.Path"] = (["/", "/poll/{kind}"], [null, "", "poll"]),
        ["PresenceOptions.Name"] = (["", new string('é', 115)], [null, new string('n', 231), new string('é', 116)]),
        ["TrackerOptions.MaxDeltaSizes"] = ([Array.Empty<int>(), new[] { 1 }, new[] { 1, 2 }], [null, new[] { 0 }, new[] { 10, 10 }, new[] { 2, 1 }]),
        ["PubSubOptions.WhenUnavailable"] = ([UnavailableBehavior.Throw, UnavailableBehavior.DeliverLocally], [(UnavailableBehavior)2]),
        ["PostgresPubSubOptions.NodeName"] = (["a", new string('n', 200)], [null, "", new string('n', 201)]),
        ["PostgresPubSubOptions.Schema"] = (["a", "chat_2", new string('s', 63)], [null, "", "2_chat", "Chat", "a;b", new string('s', 64)]),
        ["PostgresPubSubOptions.Transactions"] = ([TransactionMode.Outbox, TransactionMode.Notify], [(TransactionMode)2]),
        ["RedisPubSubOptions.NodeName"] = (["a", new string('n', 1024)], [null, "", new string('n', 1025)]),
        ["RedisPubSubOptions.Namespace"] = (["a", new string('n', 1024)], [null, "", new string('n', 1025)]),
        ["SubscribeOptions.OnLost"] = ([null, (Action<int>)(_ => { })], []),
    };

    [TestCaseSource(nameof(Options))]
    public void The_documentation_says_meaning_default_and_bounds(object option) =>
        Assert.That(
            ((DocumentedOption)option).IsWellFormed,
            $"The summary of {option} must be its meaning, then 'Default 8 seconds.', then 'From 1 second to 1 day.' or 'Accepts …' (unless it is a bool), then, if Phoenix has it, 'Phoenix's <c>name</c>.' It is: {((DocumentedOption)option).Text}");

    [TestCaseSource(nameof(Options))]
    public void The_documented_default_is_the_default(object test)
    {
        var option = (DocumentedOption)test;
        var value = option.Property.GetValue(Activator.CreateInstance(option.Property.DeclaringType!));
        if (value is TimeSpan time) Assert.That(ToTime(option.Default), Is.EqualTo(time));
        else Assert.That(DocumentedOption.WithoutRemark(option.Default), Is.EqualTo(Describe(value, option)));
    }

    [TestCaseSource(nameof(Ranges))]
    public void The_documented_bounds_are_those_that_are_checked(object test)
    {
        var option = (DocumentedOption)test;
        var (from, to) = option.Range!.Value;
        if (option.Property.PropertyType == typeof(int))
        {
            var (low, high) = (ToNumber(from), ToNumber(to));
            var accepted = $"a number from {from} to {to}";
            AssertBounds(option, accepted, [low, high], [.. new long[] { low - 1L, high + 1L, int.MinValue, int.MaxValue }.Where(number => number is >= int.MinValue and <= int.MaxValue && (number < low || number > high)).Select(number => (object)(int)number)]);
        }
        else
        {
            var (low, high) = (ToTime(from), ToTime(to));
            var tick = TimeSpan.FromTicks(1);
            AssertBounds(option, $"a time (d.hh:mm:ss) from {from} to {to}", [low, high], [low - tick, high + tick, TimeSpan.MinValue, TimeSpan.MaxValue]);
        }
    }

    [Test]
    public void What_is_no_range_is_checked_as_documented()
    {
        var options = DocumentedOption.All.Where(option => option.Range is null && option.Bounds is not null).ToList();
        Assert.That(options.Select(option => option.Name), Is.EquivalentTo(s_examples.Keys), "each has its examples here");
        using (Assert.EnterMultipleScope())
            foreach (var option in options) AssertBounds(option, option.Bounds!["Accepts ".Length..].Replace('`', '\''), s_examples[option.Name].Good, s_examples[option.Name].Bad);
    }

    [Test]
    public void The_page_is_up_to_date()
    {
        var path = Path.Combine(CodeBlockTests.Root, "docs", "options.md");
        if (Environment.GetEnvironmentVariable("UPDATE_DOCS") == "1") File.WriteAllText(path, OptionsPage.Write());
        Assert.That(File.ReadAllText(path), Is.EqualTo(OptionsPage.Write()), "docs/options.md is written from the XML documentation of the options: run this test with the environment variable UPDATE_DOCS=1 and commit the file.");
    }

    static void AssertBounds(DocumentedOption option, string accepted, object?[] good, object?[] bad)
    {
        List<string> FaultsWith(object? value)
        {
            var options = Activator.CreateInstance(option.Property.DeclaringType!)!;
            option.Property.SetValue(options, value);
            return DocumentedOption.FaultsOf(options);
        }

        foreach (var value in good) Assert.That(FaultsWith(value), Is.Empty, $"{option} = {Amounts.Quote(value)}");
        foreach (var value in bad) Assert.That(FaultsWith(value), Is.EqualTo(new[] { $"{option} is {Amounts.Quote(value)}: set it to {accepted}" }));
    }

    static string Describe(object? value, DocumentedOption option) => value switch
    {
        null => typeof(Delegate).IsAssignableFrom(option.Property.PropertyType) ? "none" : "null",
        bool flag => flag ? "true" : "false",
        int number => option.Name.EndsWith("CloseCode", StringComparison.Ordinal) ? number.ToString(CultureInfo.InvariantCulture) : Amounts.Of(number),
        "" => "empty",
        string text when option.Property.Name == nameof(PostgresPubSubOptions.NodeName) =>
            text.StartsWith($"{Environment.MachineName}-{Environment.ProcessId}-", StringComparison.Ordinal) ? "the machine's name, the process id and some random characters" : text,
        Enum choice => $"`{choice}`",
        string text => $"`{text}`",
        IReadOnlyList<int> numbers => And(numbers.Select(Amounts.Of)),
        IList<string> texts => And(texts.Select(text => $"`{text}`")),
        IList<IChannelSerializer> serializers => And(serializers.Select(serializer => $"`{serializer.GetType().Name}`")),
        OriginPolicy => $"`OriginPolicy.{typeof(OriginPolicy).GetProperties().Single(property => property.GetValue(null) == value).Name}`",
        JsonSerializerOptions json => IsWebWithoutEscapes(json) && option.Default.StartsWith("the web defaults (camelCase", StringComparison.Ordinal) ? DocumentedOption.WithoutRemark(option.Default) : "other JSON options",
        _ => throw new NotSupportedException($"Say here how the default of a {value.GetType()} is written."),
    };

    static bool IsWebWithoutEscapes(JsonSerializerOptions json) =>
        json is { PropertyNameCaseInsensitive: true, RespectNullableAnnotations: true, RespectRequiredConstructorParameters: true } && json.PropertyNamingPolicy == JsonNamingPolicy.CamelCase && json.Encoder == JavaScriptEncoder.UnsafeRelaxedJsonEscaping;

    static string And(IEnumerable<string> texts)
    {
        var list = texts.ToList();
        return list.Count < 2 ? string.Concat(list) : $"{string.Join(", ", list[..^1])} and {list[^1]}";
    }

    static int ToNumber(string text) => int.Parse(text, NumberStyles.AllowThousands, CultureInfo.InvariantCulture);

    static TimeSpan ToTime(string text) => text.Split(' ') is [var count, var unit] ? ToNumber(count) * unit.TrimEnd('s') switch
    {
        "millisecond" => TimeSpan.FromMilliseconds(1),
        "second" => TimeSpan.FromSeconds(1),
        "minute" => TimeSpan.FromMinutes(1),
        "hour" => TimeSpan.FromHours(1),
        "day" => TimeSpan.FromDays(1),
        _ => throw new FormatException($"'{text}' has no unit."),
    }
    : throw new FormatException($"'{text}' is no time.");
}
