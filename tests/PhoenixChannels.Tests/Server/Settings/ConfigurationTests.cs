using System.Reflection;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using PhoenixChannels.Tests.Documentation;

namespace PhoenixChannels.Tests.Server.Settings;

/// <summary>The section <c>Channels</c> of the configuration.</summary>
public class ConfigurationTests
{
    static IEnumerable<DocumentedOption> Options => DocumentedOption.All.Where(option => option.Key is not null);

    [Test]
    public void Every_option_of_sockets_can_be_set_in_the_configuration_but_these()
    {
        var reachable = new HashSet<Type>();
        void Walk(Type type)
        {
            reachable.Add(type);
            foreach (var property in type.GetProperties().Where(DocumentedOption.IsSection)) Walk(property.PropertyType);
        }

        Walk(typeof(ChannelsOptions));
        var codeOnly = DocumentedOption.All.Where(option => reachable.Contains(option.Property.DeclaringType!) && option.Key is null).Select(option => option.Name);
        Assert.That(codeOnly, Is.EquivalentTo(new[] { "ChannelsOptions.Json", "SocketOptions.Serializers" }), "an option that Visit leaves out cannot be set");
    }

    [Test]
    public void All_options_at_once_are_read_from_JSON()
    {
        var defaults = new ChannelsOptions();
        var document = new JsonObject();
        var expected = new Dictionary<string, object?>();
        foreach (var option in Options)
        {
            var (json, value) = Other(ValueOf(defaults, option.Key!)!);
            expected.Add(option.Key!, value);
            var at = document;
            foreach (var name in option.Key!.Split(':')[..^1]) at = (at[name] ??= new JsonObject()).AsObject();
            at[option.Property.Name] = json;
        }

        var options = Bind(document.ToJsonString());
        Assert.That(Options.ToDictionary(option => option.Key!, option => ValueOf(options, option.Key!)), Is.EqualTo(expected));
    }

    [TestCaseSource(nameof(Options))]
    public void An_option_is_read_alone_and_leaves_the_others_alone(object test)
    {
        var option = (DocumentedOption)test;
        var defaults = new ChannelsOptions();
        var (json, expected) = Other(ValueOf(defaults, option.Key!)!);
        JsonNode document = json;
        foreach (var name in option.Key!.Split(':').Reverse()) document = new JsonObject { [name] = document };
        var options = Bind(document.ToJsonString());
        Assert.That(
            Options.ToDictionary(other => other.Key!, other => ValueOf(options, other.Key!)),
            Is.EqualTo(Options.ToDictionary(other => other.Key!, other => other == option ? expected : ValueOf(defaults, other.Key!))));
    }

    [Test]
    public void The_example_of_the_options_page_is_read()
    {
        var sockets = Bind(OptionsPage.Json).Sockets;
        Assert.That(
            (sockets.JoinTimeout, sockets.WebSocket.IdleTimeout, sockets.WebSocket.MaxMessageSize, sockets.LongPoll.Enabled),
            Is.EqualTo((TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(90), 65_536, true)));
        Assert.That(Allowed(sockets.Origin), Is.EqualTo(new[] { "https://example.com", "http://example.com", "http://a.example.com" }));
    }

    [TestCase("\"any\"", "https://example.com http://example.com http://a.example.com https://other.com")]
    [TestCase("\"ANY\"", "https://example.com http://example.com http://a.example.com https://other.com")]
    [TestCase("\"sameHost\"", "https://example.com http://example.com")]
    [TestCase("\"sameOrigin\"", "https://example.com")]
    [TestCase("\"//*.example.com\"", "https://example.com http://example.com http://a.example.com")]
    [TestCase("[\"https://other.com\"]", "https://other.com")]
    [TestCase("[\"https://other.com\",\"http://a.example.com\"]", "http://a.example.com https://other.com")]
    public void Origin_is_a_text_or_a_list(string json, string allowed) =>
        Assert.That(string.Join(' ', Allowed(Bind("{\"Channels\":{\"Sockets\":{\"Origin\":" + json + "}}}").Sockets.Origin)), Is.EqualTo(allowed));

    [TestCase("""{"Sokets":{}}""", "Channels:Sokets is no option: in Channels there are Sockets")]
    [TestCase("""{"Sockets":{"LongPoll":{"Windows":"x"}}}""", "Channels:Sockets:LongPoll:Windows is no option: in Channels:Sockets:LongPoll there are Enabled, Path, Window, MaxSessionAge, MaxSessions, MaxMessageSize, MaxOutboxBytes, MaxRequestBytes, MaxRequestMessages")]
    [TestCase("""{"Json":{"WriteIndented":true}}""", "Channels:Json cannot be set in the configuration: set it in code")]
    [TestCase("""{"Sockets":{"Serializers":["V2"]}}""", "Channels:Sockets:Serializers cannot be set in the configuration: set it in code")]
    [TestCase("""{"Sockets":{"JoinTimeout":"soon"}}""", "Channels:Sockets:JoinTimeout is 'soon': set it to a time (d.hh:mm:ss) from 1 millisecond to 1 day")]
    [TestCase("""{"Sockets":{"JoinTimeout":8}}""", "Channels:Sockets:JoinTimeout is '8': set it to a time (d.hh:mm:ss) from 1 millisecond to 1 day")]
    [TestCase("""{"Sockets":{"JoinTimeout":"24:00:00"}}""", "Channels:Sockets:JoinTimeout is '24:00:00': set it to a time (d.hh:mm:ss) from 1 millisecond to 1 day")]
    [TestCase("""{"Sockets":{"JoinTimeout":"00:00:00"}}""", "Channels:Sockets:JoinTimeout is '00:00:00': set it to a time (d.hh:mm:ss) from 1 millisecond to 1 day")]
    [TestCase("""{"Sockets":{"JoinTimeout":""}}""", "Channels:Sockets:JoinTimeout is '': set it to a time (d.hh:mm:ss) from 1 millisecond to 1 day")]
    [TestCase("""{"Sockets":{"JoinTimeout":["00:00:01","00:00:02"]}}""", "Channels:Sockets:JoinTimeout is ['00:00:01', '00:00:02']: set it to a time (d.hh:mm:ss) from 1 millisecond to 1 day")]
    [TestCase("""{"Sockets":{"JoinTimeout":{"Seconds":8}}}""", "Channels:Sockets:JoinTimeout is a section, or a text and a list at once: set it to a time (d.hh:mm:ss) from 1 millisecond to 1 day")]
    [TestCase("""{"Sockets":{"MaxNameLength":"many"}}""", "Channels:Sockets:MaxNameLength is 'many': set it to a number from 64 to 1,048,576")]
    [TestCase("""{"Sockets":{"MaxNameLength":63}}""", "Channels:Sockets:MaxNameLength is '63': set it to a number from 64 to 1,048,576")]
    [TestCase("""{"Sockets":{"MaxNameLength":1e3}}""", "Channels:Sockets:MaxNameLength is '1e3': set it to a number from 64 to 1,048,576")]
    [TestCase("""{"Sockets":{"MaxNameLength":99999999999}}""", "Channels:Sockets:MaxNameLength is '99999999999': set it to a number from 64 to 1,048,576")]
    [TestCase("""{"Sockets":{"DrainCloseCode":1000}}""", "Channels:Sockets:DrainCloseCode is '1000': set it to 0, 1001, 1011 to 1013, or 3000 to 4999")]
    [TestCase("""{"Sockets":{"WebSocket":{"Compress":"yes"}}}""", "Channels:Sockets:WebSocket:Compress is 'yes': set it to true or false")]
    [TestCase("""{"Sockets":{"WebSocket":{"Path":"ws"}}}""", "Channels:Sockets:WebSocket:Path is 'ws': set it to a path that begins with a slash")]
    [TestCase("""{"Sockets":{"WebSocket":{"Subprotocols":["a","b c"]}}}""", "Channels:Sockets:WebSocket:Subprotocols is ['a', 'b c']: set it to a list of at least one HTTP token")]
    [TestCase("""{"Sockets":{"WebSocket":{"Subprotocols":[]}}}""", "Channels:Sockets:WebSocket:Subprotocols is '': set it to a list of at least one HTTP token")]
    [TestCase("""{"Sockets":{"WebSocket":true}}""", "Channels:Sockets:WebSocket is a text: make it a section with any of Enabled, Path, IdleTimeout, MaxMessageSize, MaxOutboxBytes, Subprotocols, Compress")]
    [TestCase("\"on\"", "Channels is a text: make it a section with any of Sockets")]
    [TestCase("""{"Sockets":{"Origin":"example.com"}}""", "Channels:Sockets:Origin is 'example.com': set it to " + OriginPolicy.Accepted)]
    [TestCase("""{"Sockets":{"Origin":["any","https://example.com"]}}""", "Channels:Sockets:Origin is ['any', 'https://example.com']: set it to " + OriginPolicy.Accepted)]
    [TestCase("""{"Sockets":{"Origin":[]}}""", "Channels:Sockets:Origin is '': set it to " + OriginPolicy.Accepted)]
    [TestCase("""{"Sockets":{"JoinTimeout":"x","LongPoll":{"Enabled":1}}}""", "Channels:Sockets:JoinTimeout is 'x': set it to a time (d.hh:mm:ss) from 1 millisecond to 1 day; Channels:Sockets:LongPoll:Enabled is '1': set it to true or false")]
    public void What_is_no_option_or_no_value_of_it_is_refused_with_its_key(string json, string message) =>
        Assert.That(() => Bind("{\"Channels\":" + json + "}"), Throws.TypeOf<OptionsValidationException>().With.Message.EqualTo(message));

    [Test]
    public void An_option_that_is_a_text_in_one_source_and_a_list_in_another_is_refused()
    {
        var configuration = new ConfigurationManager();
        configuration.AddInMemoryCollection(new Dictionary<string, string?> { ["Channels:Sockets:Origin"] = "any" });
        configuration.AddInMemoryCollection(new Dictionary<string, string?> { ["Channels:Sockets:Origin:0"] = "https://example.com" });
        Assert.That(() => OptionsFrom(configuration), Throws.TypeOf<OptionsValidationException>().With.Message.StartsWith("Channels:Sockets:Origin is a section, or a text and a list at once: set it to"));
    }

    [Test]
    public void Keys_go_without_case_and_null_leaves_the_default() =>
        Assert.That(Bind("""{"channels":{"SOCKETS":{"jointimeout":"00:00:05","MaxJsonDepth":null}}}""").Sockets, Has.Property("JoinTimeout").EqualTo(TimeSpan.FromSeconds(5)).And.Property("MaxJsonDepth").EqualTo(1_024));

    [Test]
    public void Without_the_section_or_any_configuration_there_are_the_defaults()
    {
        using var bare = new ServiceCollection().AddPhoenixChannels().Services.BuildServiceProvider();
        Assert.That((Bind("{}").Sockets.JoinTimeout, bare.GetRequiredService<IOptions<ChannelsOptions>>().Value.Sockets.JoinTimeout), Is.EqualTo((TimeSpan.FromSeconds(8), TimeSpan.FromSeconds(8))));
    }

    static ChannelsOptions Bind(string json) => OptionsFrom(new ConfigurationBuilder().AddJsonStream(new MemoryStream(Encoding.UTF8.GetBytes(json))).Build());

    static ChannelsOptions OptionsFrom(IConfiguration configuration)
    {
        var services = new ServiceCollection().AddSingleton(configuration);
        services.AddPhoenixChannels();
        using var provider = services.BuildServiceProvider();
        return provider.GetRequiredService<IOptions<ChannelsOptions>>().Value;
    }

    /// <summary>Another value than the default, within the bounds, and how JSON says it.</summary>
    static (JsonNode Json, object Value) Other(object value) => value switch
    {
        bool flag => (!flag, !flag),
        int number => (number + 3_000, number + 3_000),
        TimeSpan time => ((time + TimeSpan.FromSeconds(1)).ToString(), time + TimeSpan.FromSeconds(1)),
        string text => (text + "/{kind}", text + "/{kind}"),
        IList<string> => (new JsonArray("a", "b"), new List<string> { "a", "b" }),
        OriginPolicy => ("any", OriginPolicy.Any),
        _ => throw new NotSupportedException($"Say here what another {value.GetType()} is."),
    };

    static object? ValueOf(ChannelsOptions options, string key) => key.Split(':').Skip(1).Aggregate((object?)options, (at, name) => at!.GetType().GetProperty(name, BindingFlags.Public | BindingFlags.Instance)!.GetValue(at));

    static string[] Allowed(OriginPolicy policy)
    {
        var context = new DefaultHttpContext();
        (context.Request.Scheme, context.Request.Host) = ("https", new("example.com"));
        return [.. new[] { "https://example.com", "http://example.com", "http://a.example.com", "https://other.com" }.Where(origin => policy.Allows(new(origin), context))];
    }
}
