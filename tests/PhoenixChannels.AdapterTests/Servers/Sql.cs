using Npgsql;

namespace PhoenixChannels.AdapterTests.Servers;

/// <summary>Statements on connections that no pool keeps: each is opened and closed for good.</summary>
internal static class Sql
{
    /// <summary>The same by another way: a proxy's or a pooler's port.</summary>
    public static string AtPort(string connectionString, int port) => new NpgsqlConnectionStringBuilder(connectionString) { Port = port }.ConnectionString;

    public static async Task<NpgsqlConnection> OpenAsync(string connectionString)
    {
        var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(connectionString) { Pooling = false }.ConnectionString);
        try
        {
            await connection.OpenAsync();
            return connection;
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    /// <returns>The first value of the first row.</returns>
    public static async Task<object?> ExecuteAsync(this NpgsqlConnection connection, string sql, params object[] parameters)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        foreach (var parameter in parameters) command.Parameters.Add(new() { Value = parameter });

        return await command.ExecuteScalarAsync();
    }

    /// <returns>The first value of the first row.</returns>
    public static async Task<object?> ExecuteAsync(string connectionString, string sql, params object[] parameters)
    {
        await using var connection = await OpenAsync(connectionString);
        return await connection.ExecuteAsync(sql, parameters);
    }
}
