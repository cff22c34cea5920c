using System.Reflection;
using PhoenixChannels.Settings;

namespace PhoenixChannels.Tests.Documentation;

/// <summary>Which option stands where in the configuration, as those learn it who read it.</summary>
internal sealed class OptionKeys : IOptionVisitor
{
    static readonly Dictionary<(Type, string), string> s_keys = Collect();

    readonly string _path;
    readonly HashSet<string> _paths;

    OptionKeys(string path, HashSet<string> paths)
    {
        _path = path;
        _paths = paths;
    }

    /// <summary>The full key of an option; null for one that is set in code only.</summary>
    public static string? Of(PropertyInfo property) => s_keys.GetValueOrDefault((property.DeclaringType!, property.Name));

    public T Visit<T>(string name, T value, string accepted, Func<T, bool> accepts, Func<string[], T>? parse)
    {
        if (parse is not null) _paths.Add($"{_path}:{name}");
        return value;
    }

    public void Section(string name, Action<IOptionVisitor> visit) => visit(new OptionKeys($"{_path}:{name}", _paths));

    static Dictionary<(Type, string), string> Collect()
    {
        var paths = new HashSet<string>();
        new ChannelsOptions().Visit(new OptionKeys("Channels", paths));
        var keys = new Dictionary<(Type, string), string>();
        void Walk(Type type, string path)
        {
            foreach (var property in type.GetProperties())
            {
                if (DocumentedOption.IsSection(property)) Walk(property.PropertyType, $"{path}:{property.Name}");
                else if (paths.Contains($"{path}:{property.Name}")) keys.Add((type, property.Name), $"{path}:{property.Name}");
            }
        }

        Walk(typeof(ChannelsOptions), "Channels");
        return keys;
    }
}
