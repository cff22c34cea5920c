namespace PhoenixChannels.Settings;

/// <summary>Comes to every option of a class, to check it or to read it from somewhere: each option says in one line what there is to know of it.</summary>
internal interface IOptionVisitor
{
    /// <summary>Visits an option.</summary>
    /// <param name="name">The property's name.</param>
    /// <param name="value">Its value.</param>
    /// <param name="accepted">What it may be, in words that follow "set it to".</param>
    /// <param name="accepts">Whether it may be that.</param>
    /// <param name="parse">Makes it of a text or a list of texts, and throws where it cannot; null for what is set in code only.</param>
    /// <returns>The value that the option has from now on.</returns>
    T Visit<T>(string name, T value, string accepted, Func<T, bool> accepts, Func<string[], T>? parse);

    /// <summary>Visits the options of a property.</summary>
    void Section(string name, Action<IOptionVisitor> visit);
}
