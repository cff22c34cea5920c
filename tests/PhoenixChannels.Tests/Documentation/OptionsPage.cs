using System.Text;

namespace PhoenixChannels.Tests.Documentation;

/// <summary>Writes docs/options.md.</summary>
internal static class OptionsPage
{
    public const string Json = """
        {
          "Channels": {
            "Sockets": {
              "JoinTimeout": "00:00:05",
              "Origin": ["https://example.com", "//*.example.com"],
              "WebSocket": { "IdleTimeout": "00:01:30", "MaxMessageSize": 65536 },
              "LongPoll": { "Enabled": true }
            }
          }
        }
        """;

    const string Introduction = $$"""
        # Options

        <!-- Written by a test from the XML documentation of the options: run the tests with UPDATE_DOCS=1 after changing that. -->

        There are three places to set an option, and each wins over those before it:

        1. the section `Channels` of the configuration, for all sockets: `appsettings.json`, environment variables (`Channels__Sockets__JoinTimeout`), or
           whatever else the application reads;
        2. `AddPhoenixChannels(o => …)`, for all sockets;
        3. `MapSocket<T>("/socket", o => …)`, for this one: `o` begins as a copy of what the other two have made.

        ```json
        {{Json}}
        ```

        ```csharp
        using PhoenixChannels;

        var builder = WebApplication.CreateBuilder(args);
        builder.Services.AddPhoenixChannels(o => o.Sockets.MaxChannelsPerSocket = 20);      // JoinTimeout is 5 seconds, as appsettings.json says
        var app = builder.Build();
        app.MapSocket<UserSocket>("/socket", o => o.LongPoll.Enabled = false).MapChannel("room:*", _ => { });
        app.MapSocket<UserSocket>("/admin", o => o.Origin = OriginPolicy.SameOrigin).MapChannel("admin:*", _ => { });
        app.Run();

        sealed class UserSocket : Socket;
        ```

        In the configuration a time is written `hh:mm:ss` or `d.hh:mm:ss` (a bare number is refused: .NET would take it for days), and a list replaces the default. The
        configuration is read once, when the host starts; what changes afterwards has no effect. A key that is no option, a value that cannot be read and one that is out
        of its bounds, wherever it was set, stop the start with an `OptionsValidationException` that says which and what would be accepted. A presence
        has options of its own, set where it is added: `AddPresence<ChatPresence>(o => o.LeaveGrace = TimeSpan.FromSeconds(5))`.

        """;

    public static string Write()
    {
        var page = new StringBuilder(Introduction);
        foreach (var type in DocumentedOption.Classes)
        {
            page.Append($"\n## {type.Name}\n\n{DocumentedOption.Of(type)}\n");
            foreach (var option in DocumentedOption.All.Where(option => option.Property.DeclaringType == type)) Append(page, option);
        }

        return page.ToString();
    }

    static void Append(StringBuilder page, DocumentedOption option)
    {
        var key = option.Key is null ? "code only" : $"`{option.Key}`";
        var bounds = option.Bounds is null ? "true or false" : Without(Without(option.Bounds, "From "), "Accepts ");
        var phoenix = option.Phoenix is null ? "" : Without(Without(option.Phoenix, "Phoenix's "), "Phoenix ");
        page.Append($"""

            ### {option.Name}

            {option.Meaning}

            | key | type | default | bounds | Phoenix |
            |---|---|---|---|---|
            | {key} | `{NameOf(option.Property.PropertyType)}` | {option.Default} | {bounds} | {phoenix} |

            """);
    }

    static string Without(string text, string start) => text.StartsWith(start, StringComparison.Ordinal) ? text[start.Length..] : text;

    static string NameOf(Type type) => type switch
    {
        { IsGenericType: true } when Nullable.GetUnderlyingType(type) is { } value => NameOf(value) + "?",
        { IsGenericType: true } => $"{type.Name.Split('`')[0]}<{string.Join(", ", type.GetGenericArguments().Select(NameOf))}>",
        _ when type == typeof(int) => "int",
        _ when type == typeof(bool) => "bool",
        _ when type == typeof(string) => "string",
        _ => type.Name,
    };
}
