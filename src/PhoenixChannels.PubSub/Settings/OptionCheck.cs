using Microsoft.Extensions.Options;

namespace PhoenixChannels.Settings;

/// <summary>Finds the options that are out of their bounds.</summary>
internal sealed class OptionCheck : IOptionVisitor
{
    readonly string _owner;
    readonly List<string> _faults;

    OptionCheck(string owner, List<string> faults)
    {
        _owner = owner;
        _faults = faults;
    }

    /// <exception cref="OptionsValidationException">Options are out of their bounds; its text says which, and what they may be.</exception>
    public static void Run(Type options, Action<IOptionVisitor> visit)
    {
        var faults = FaultsOf(options, visit);
        if (faults.Count > 0) throw new OptionsValidationException(options.Name, options, faults);
    }

    public static List<string> FaultsOf(Type options, Action<IOptionVisitor> visit)
    {
        var faults = new List<string>();
        visit(new OptionCheck(options.Name, faults));
        return faults;
    }

    public T Visit<T>(string name, T value, string accepted, Func<T, bool> accepts, Func<string[], T>? parse)
    {
        if (!accepts(value)) _faults.Add($"{_owner}.{name} is {Amounts.Quote(value)}: set it to {accepted}");
        return value;
    }

    public void Section(string name, Action<IOptionVisitor> visit) => visit(new OptionCheck($"{_owner}.{name}", _faults));
}
