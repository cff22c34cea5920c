using System.Reflection;
using System.Text;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using PhoenixChannels.Settings;

namespace PhoenixChannels.Tests.Documentation;

/// <summary>
/// An option and what its XML documentation says of it: the meaning, then sentences of a fixed form, "Default 8 seconds. From 1 millisecond to 1 day. Phoenix's
/// timeout.", where "Accepts …" stands for bounds that are no range, a switch has none, and what Phoenix has may be missing.
/// </summary>
internal sealed partial record DocumentedOption(PropertyInfo Property, string? Key, string Text)
{
    static readonly Dictionary<string, XElement> s_members = LoadMembers();

    /// <summary>The classes of options, those that a server begins with first.</summary>
    public static IReadOnlyList<Type> Classes { get; } =
    [
        .. new[] { typeof(IChannelSerializer), typeof(PubSub), typeof(Socket), typeof(PostgresPubSubOptions), typeof(RedisPubSubOptions) }
            .SelectMany(type => type.Assembly.GetExportedTypes())
            .Where(type => type.IsClass && type.Name.EndsWith("Options", StringComparison.Ordinal))
            .OrderBy(type => Array.IndexOf([typeof(ChannelsOptions), typeof(SocketOptions), typeof(WebSocketTransportOptions), typeof(LongPollTransportOptions)], type) is >= 0 and var index ? index : 99)
            .ThenBy(type => type.Name, StringComparer.Ordinal),
    ];

    public static IReadOnlyList<DocumentedOption> All { get; } = [.. Classes.SelectMany(OptionsOf)];

    public string Name => $"{Property.DeclaringType!.Name}.{Property.Name}";

    public bool IsWellFormed => Form().Match(Text) is { Success: true } match && (match.Groups["bounds"].Success || Property.PropertyType == typeof(bool));

    public string Meaning => Form().Match(Text).Groups["meaning"].Value;

    public string Default => Form().Match(Text).Groups["default"].Value;

    public string? Bounds => Form().Match(Text).Groups["bounds"] is { Success: true, Value: var bounds } ? bounds : null;

    public string? Phoenix => Form().Match(Text).Groups["phoenix"] is { Success: true, Value: var phoenix } ? phoenix : null;

    /// <summary>The ends of a range, as they are written.</summary>
    public (string From, string To)? Range => Bounds is not null && RangeForm().Match(Bounds) is { Success: true } match
        ? (WithoutRemark(match.Groups["from"].Value), WithoutRemark(match.Groups["to"].Value))
        : null;

    /// <summary>A number without what it is in other units, <c>1,048,576 (1 MiB)</c>.</summary>
    public static string WithoutRemark(string amount) => Remark().Replace(amount, "");

    /// <summary>The documentation of a class.</summary>
    public static string Of(Type type) => TextOf("T:" + type.FullName);

    /// <summary>The faults that validation finds in an object of options.</summary>
    public static List<string> FaultsOf(object options)
    {
        var visit = options.GetType().GetMethod("Visit", BindingFlags.Instance | BindingFlags.NonPublic, [typeof(IOptionVisitor)])
            ?? throw new InvalidOperationException($"{options.GetType().Name} has no Visit(IOptionVisitor) that goes through its options.");
        return OptionCheck.FaultsOf(options.GetType(), visit.CreateDelegate<Action<IOptionVisitor>>(options));
    }

    public static bool IsSection(PropertyInfo property) => Classes.Contains(property.PropertyType);

    public override string ToString() => Name;

    static IEnumerable<DocumentedOption> OptionsOf(Type type) =>
        from property in type.GetProperties()
        where !IsSection(property)
        select new DocumentedOption(property, OptionKeys.Of(property), TextOf($"P:{type.FullName}.{property.Name}"));

    static string TextOf(string member) => s_members.TryGetValue(member, out var element) ? Spaces().Replace(Render(element.Element("summary")!), " ").Trim() : "";

    static string Render(XElement element)
    {
        var text = new StringBuilder();
        foreach (var node in element.Nodes())
        {
            text.Append(node switch
            {
                XElement { Name.LocalName: "c" } code => $"`{code.Value}`",
                XElement { Name.LocalName: "see" } see when see.Attribute("cref") is { Value: var cref } => $"`{NameOf(cref)}`",
                XElement other => Render(other),
                XText plain => plain.Value,
                _ => "",
            });
        }

        return text.ToString();
    }

    /// <summary>The type of a type, type and member of a member.</summary>
    static string NameOf(string cref)
    {
        var parts = cref[2..].Split('(')[0].Split('.');
        return string.Join('.', parts[(cref[0] == 'T' ? ^1 : ^2)..]);
    }

    static Dictionary<string, XElement> LoadMembers() => Directory.GetFiles(AppContext.BaseDirectory, "PhoenixChannels*.xml")
        .SelectMany(file => XDocument.Load(file, LoadOptions.PreserveWhitespace).Descendants("member"))
        .ToDictionary(member => member.Attribute("name")!.Value);

    [GeneratedRegex(@"^(?<meaning>.+?\.) Default (?<default>.+?)\.(?: (?<bounds>(?:From|Accepts) .+?)\.)?(?: (?<phoenix>Phoenix(?:'s)? .+)\.)?$")]
    private static partial Regex Form();

    [GeneratedRegex(@"^From (?<from>.+?) to (?<to>.+?)(?:, and .+)?$")]
    private static partial Regex RangeForm();

    [GeneratedRegex(@"\s+")]
    private static partial Regex Spaces();

    [GeneratedRegex(@" \(.+\)$")]
    private static partial Regex Remark();
}
