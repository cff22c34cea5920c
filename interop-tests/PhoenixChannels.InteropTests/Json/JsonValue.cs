namespace PhoenixChannels.InteropTests.Json;

/// <summary>A JSON value that lost nothing on the way in: numbers keep their digits, objects their keys.</summary>
internal abstract class JsonValue
{
    public abstract JsonKind Kind { get; }

    /// <summary>The canonical text, cut to a length that suits a message.</summary>
    public sealed override string ToString()
    {
        const int enough = 300;
        var text = JsonCanonical.Text(this);
        return text.Length > enough ? string.Concat(text.AsSpan(0, enough), "…") : text;
    }
}
