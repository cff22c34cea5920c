using System.Net.Sockets;
using Npgsql;

namespace PhoenixChannels.Postgres;

/// <summary>What a failure of the database means.</summary>
internal static class PostgresFaults
{
    /// <summary>Whether trying again may help. What else there is, is a mistake of whoever set it up.</summary>
    public static bool MayPass(Exception exception) => exception switch
    {
        PostgresException e => e.SqlState[..2] is "08" or "25" or "53" or "57" or "40" or "58" or "XX",       // connection, a server that has become a replica, resources, intervention, rollback, system, internal
        NpgsqlException or TimeoutException or IOException or SocketException => true,
        _ => false,
    };

    /// <summary>Whether a command may have been carried out although it failed: the connection, or the server's process, died over it.</summary>
    public static bool IsOutcomeUnknown(Exception exception) => exception switch
    {
        PostgresException e => e.SqlState.StartsWith("57P", StringComparison.Ordinal) || e.SqlState[..2] is "08" or "XX" or "58",
        InvalidOperationException => false,      // the connection was closed before
        _ => true,
    };

    /// <summary>In words, without secrets: an exception's text may name hosts and users, never passwords.</summary>
    public static string ReasonOf(Exception exception) => exception switch
    {
        PostgresException e => $"{e.MessageText} ({e.SqlState}).",
        NpgsqlException { InnerException: { } inner } e => $"{e.Message}: {inner.Message}",
        _ => exception.Message,
    };
}
