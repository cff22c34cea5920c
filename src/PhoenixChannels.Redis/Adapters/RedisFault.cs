using StackExchange.Redis;

namespace PhoenixChannels.Adapters;

/// <summary>What exceptions of the Redis client mean.</summary>
internal static class RedisFault
{
    /// <summary>Errors of a server that will take commands again, or of another one that will.</summary>
    static readonly string[] s_passing = ["LOADING", "BUSY", "MASTERDOWN", "CLUSTERDOWN", "TRYAGAIN", "READONLY", "OOM", "MISCONF", "NOREPLICAS", "MOVED", "ASK", "ERR max number of clients"];

    /// <summary>The mistake of whoever has set it up, with what to do about it; null for what may pass.</summary>
    public static InvalidOperationException? Mistake(Exception exception, RedisNames names)
    {
        if (exception is InvalidOperationException mistake) return mistake;
        if (Find<RedisConnectionException>(exception, connection => connection.FailureType == ConnectionFailureType.AuthenticationFailure) is not null
            || Find<RedisServerException>(exception, error => Has(error, "NOAUTH") || Has(error, "WRONGPASS")) is not null)
            return new("Redis refuses the name and password of the connection string: set user=… and password=… in it to what Redis knows.", exception);
        if (exception is RedisServerException denied && Has(denied, "NOPERM"))
            return new($"The ACL of Redis forbids what the adapter needs ({denied.Message}): allow the user {names.AccessRules}", exception);
        if (exception is RedisServerException refusal && !Array.Exists(s_passing, prefix => Has(refusal, prefix)) || exception is RedisCommandException)
            return new($"Redis refuses what the adapter needs: {exception.Message}", exception);
        return null;
    }

    /// <summary>What a failed connection tells people. The client's own text tells developers how to use it.</summary>
    /// <param name="exception">The failure.</param>
    /// <param name="where">Which Redis.</param>
    public static string Reason(Exception exception, string where) => exception switch
    {
        TimeoutException => $"{where} does not answer.",
        RedisConnectionException connection => $"{where} cannot be reached, or is none ({connection.FailureType}).",
        RedisException => $"{where} refuses: {exception.Message}",
        _ => exception.Message,
    };

    /// <summary>Whether Redis has surely not been given the command, or has refused it.</summary>
    public static bool IsRefusal(Exception? exception) => exception switch
    {
        RedisServerException or RedisCommandException => true,
        RedisConnectionException { FailureType: ConnectionFailureType.UnableToResolvePhysicalConnection, CommandStatus: var status } => IsUnsent(status),
        RedisTimeoutException timeout => IsUnsent(timeout.Commandstatus),
        _ => false,
    };

    /// <summary>Whether this server has been made a replica: another one has to be found.</summary>
    public static bool IsReplica(RedisServerException exception) => Has(exception, "READONLY");

    static bool IsUnsent(CommandStatus status) => status is CommandStatus.WaitingToBeSent or CommandStatus.WaitingInBacklog;

    static bool Has(RedisServerException exception, string prefix) => exception.Message.StartsWith(prefix, StringComparison.Ordinal);

    static T? Find<T>(Exception? exception, Func<T, bool> accepts)
        where T : Exception => exception switch
        {
            null => null,
            T found when accepts(found) => found,
            AggregateException many => many.InnerExceptions.Select(inner => Find(inner, accepts)).FirstOrDefault(found => found is not null),
            _ => Find(exception.InnerException, accepts),
        };
}
