using Npgsql;
using PhoenixChannels.Postgres;

namespace PhoenixChannels;

/// <summary>Broadcasts that belong to a transaction.</summary>
public static class TransactionExtensions
{
    /// <summary>
    /// Broadcasts when the transaction commits, and not at all when it does not: to every subscriber of the topic on every node, this one among them. Broadcasts on a topic arrive in the order in which their
    /// transactions were committed, and those of one transaction in the order of the calls. Completes when the message is part of the transaction; <see cref="PostgresPubSubOptions.Transactions"/> says
    /// how it gets to the nodes after that. A savepoint that is rolled back takes its broadcasts along.
    /// </summary>
    /// <param name="transaction">A transaction of the database that <c>UsePostgres</c> was given.</param>
    /// <param name="pubSub">What the application broadcasts on.</param>
    /// <param name="topic">The topic.</param>
    /// <param name="event">The event.</param>
    /// <param name="payload">A value that encodes to a JSON object, or binary; see <see cref="Payload.From{T}"/>.</param>
    /// <param name="cancellationToken">Ends the command in the database.</param>
    /// <exception cref="ArgumentException">The payload is neither a JSON object nor binary, or the topic or event of a binary broadcast is longer than 255 bytes.</exception>
    /// <exception cref="InvalidOperationException">The nodes are not connected through PostgreSQL.</exception>
    /// <exception cref="NpgsqlException">The database has refused the message; the transaction has failed.</exception>
    /// <example>
    /// <code>
    /// await using var transaction = await connection.BeginTransactionAsync(ct);
    /// await InsertAsync(order, transaction, ct);
    /// await transaction.BroadcastAsync(pubSub, $"orders:{order.Customer}", "created", order, ct);
    /// await transaction.CommitAsync(ct);
    /// </code>
    /// </example>
    public static Task BroadcastAsync<T>(this NpgsqlTransaction transaction, PubSub pubSub, string topic, string @event, T payload, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(transaction);
        ArgumentNullException.ThrowIfNull(pubSub);
        if (pubSub.Adapter is not PostgresPubSubAdapter adapter)
            throw new InvalidOperationException("A broadcast can belong to a transaction where the nodes are connected through PostgreSQL: call UsePostgres on what AddPhoenixChannels returns.");
        var broadcast = pubSub.Prepare(topic, @event, Payload.From(payload));
        return adapter.PublishAsync(transaction, topic, pubSub.WriteUncounted(broadcast), cancellationToken);
    }
}
