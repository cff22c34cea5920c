namespace PhoenixChannels.Benchmarks.Nodes.Messengers;

/// <summary>As <see cref="BarePostgresMessenger"/>, but a hundred messages in one statement: about the most that NOTIFY carries.</summary>
sealed class BatchedPostgresMessenger(string connectionString) : BarePostgresMessenger(connectionString)
{
    const int Batch = 100;

    public override async Task<int> SendAsync(string topic)
    {
        await using var command = DataSource.CreateCommand("SELECT pg_notify($1, payload) FROM unnest($2) AS payload");
        command.Parameters.Add(new() { Value = topic });
        command.Parameters.Add(new() { Value = Enumerable.Range(0, Batch).Select(_ => Stamp.Create().ToJson()).ToArray() });
        await command.ExecuteNonQueryAsync();
        return Batch;
    }
}
