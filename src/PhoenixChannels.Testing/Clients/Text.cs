namespace PhoenixChannels.Testing.Clients;

/// <summary>What failure texts are made of.</summary>
internal static class Text
{
    const int MaxPayload = 300, MaxItems = 20;

    public static string Of(in Payload payload)
    {
        var text = payload.ToString();
        return text.Length <= MaxPayload ? text : $"{text.AsSpan(0, MaxPayload)}…";
    }

    public static string Of(TimeSpan time) => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{time.TotalSeconds:0.###} s");

    public static string Of(Exception exception) => $"{exception.GetType().Name}: {exception.Message}";

    /// <summary>What came, in order; of very much the end.</summary>
    public static string Of(string got, IReadOnlyCollection<object> items, bool hasTaken)
    {
        if (items.Count == 0) return hasTaken ? $"{got} nothing more" : $"{got} nothing";
        var shown = string.Join("; ", items.Skip(items.Count - MaxItems));
        return items.Count > MaxItems ? $"{got}: … {items.Count - MaxItems} more; {shown}" : $"{got}: {shown}";
    }
}
