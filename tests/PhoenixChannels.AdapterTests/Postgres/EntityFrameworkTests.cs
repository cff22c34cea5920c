using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;
using Npgsql;

namespace PhoenixChannels.AdapterTests.Postgres;

public sealed class EntityFrameworkTests
{
    [Test]
    public async Task A_broadcast_belongs_to_the_transaction_of_a_db_context()
    {
        var database = await (await SharedServers.PostgresAsync()).CreateDatabaseAsync();
        await using var node = await PostgresNode.StartAsync("a", database);
        await using var context = new OrderContext(database);
        await context.Database.ExecuteSqlRawAsync("CREATE TABLE orders (id integer PRIMARY KEY, customer text NOT NULL)");
        using var inbox = new Inbox(node.PubSub);

        await PlaceAsync(context, node.PubSub, new() { Id = 1, Customer = "ann" });
        context.ChangeTracker.Clear();
        Assert.That(async () => await PlaceAsync(context, node.PubSub, new() { Id = 1, Customer = "twice" }), Throws.InstanceOf<DbUpdateException>());
        context.ChangeTracker.Clear();
        await PlaceAsync(context, node.PubSub, new() { Id = 2, Customer = "bob" });

        List<string> customers = [];
        for (var i = 0; i < 2; i++) customers.Add((await inbox.NextAsync()).Payload.Read<Order>().Customer);
        Assert.That(customers, Is.EqualTo(new[] { "ann", "bob" }));
    }

    /// <summary>The broadcast first: what fails afterwards takes it along.</summary>
    static async Task PlaceAsync(OrderContext context, PubSub pubSub, Order order)
    {
        await using var transaction = await context.Database.BeginTransactionAsync();
        await ((NpgsqlTransaction)transaction.GetDbTransaction()).BroadcastAsync(pubSub, "t", "created", order);
        context.Add(order);
        await context.SaveChangesAsync();
        await transaction.CommitAsync();
    }

    sealed class OrderContext(string connectionString) : DbContext
    {
        protected override void OnConfiguring(DbContextOptionsBuilder options) => options.UseNpgsql(connectionString);

        protected override void OnModelCreating(ModelBuilder model) => model.Entity<Order>(order =>
        {
            order.ToTable("orders");
            order.Property(o => o.Id).HasColumnName("id").ValueGeneratedNever();
            order.Property(o => o.Customer).HasColumnName("customer");
        });
    }

    sealed class Order
    {
        public int Id { get; init; }

        public string Customer { get; init; } = "";
    }
}
