namespace PhoenixChannels.Testing.Clients;

internal static class PayloadExtensions
{
    /// <summary>Reads a payload that is expected to have a shape.</summary>
    public static T As<T>(this in Payload payload, string what)
    {
        try
        {
            return payload.Read<T>();
        }
        catch (PayloadException e)
        {
            throw new ChannelTestException($"Expected {what} to carry a {typeof(T).Name}, but it carries {Text.Of(payload)}. {e.Message}", e);
        }
    }

    /// <summary>Whether a payload has a shape and fulfils a condition.</summary>
    public static bool Fulfils<T>(this in Payload payload, Func<T, bool> condition)
    {
        T value;
        try
        {
            value = payload.Read<T>();
        }
        catch (PayloadException)
        {
            return false;
        }

        return condition(value);
    }

    /// <summary>What a test gave as payload; nothing is the empty object.</summary>
    public static Payload ToPayload(this object? payload) => payload is null ? Payload.Empty : Payload.From(payload);
}
