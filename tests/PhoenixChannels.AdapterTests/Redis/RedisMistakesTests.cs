using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using PhoenixChannels.AdapterTests.Servers;
using StackExchange.Redis;

namespace PhoenixChannels.AdapterTests.Redis;

/// <summary>What is set up wrong is said at the start, with what to do about it.</summary>
[TestFixtureSource(typeof(RedisServer), nameof(RedisServer.Kinds))]
public sealed class RedisMistakesTests(RedisKind kind)
{
    const string Password = "a-password", Wrong = "not-the-password";

    string _users = null!; // set by Start, before any test
    RedisServer _server = null!; // likewise
    RedisNodes _nodes = null!; // set by CreateNodes, before each test

    /// <summary>Garnet's lists know neither keys nor channels.</summary>
    (string Name, string Rights)[] Rights => kind == RedisKind.Garnet
        ? [("default", "+@all"), ("silent", "+@all -publish"), ("deaf", "+@all -subscribe"), ("keyless", "+@all -set -get"), ("elsewhere", "+@all -publish -subscribe")]
        : [("default", "+@all ~* &*"), ("silent", "+@all -publish ~* &*"), ("deaf", "+@all -subscribe ~* &*"), ("keyless", "+@all &*"), ("elsewhere", "+@all ~* &elsewhere:*")];

    [OneTimeSetUp]
    public async Task Start()
    {
        _users = Path.GetTempFileName();
        await File.WriteAllLinesAsync(_users, Rights.Select(user => $"user {user.Name} on >{Password} {user.Rights}"));
        _server = await RedisServer.StartAsync(kind, kind == RedisKind.Garnet ? ["--auth", "ACL", "--acl-file", _users] : ["--aclfile", _users]);
    }

    [OneTimeTearDown]
    public async Task Stop()
    {
        await _server.DisposeAsync();
        File.Delete(_users);
    }

    [SetUp]
    public void CreateNodes() => _nodes = new();

    [TearDown]
    public async Task DisposeNodes() => await _nodes.DisposeAsync();

    [Test]
    public async Task The_right_password_is_taken()
    {
        var node = await _nodes.StartAsync("a", $"{_server.ConnectionString},password={Password}");
        Assert.That(node.PubSub.Status.IsConnected, Is.True);
        Assert.That(node.Log.OfChannels, Has.None.Contains(Password));
    }

    [TestCase(",password=" + Wrong)]
    [TestCase(",user=nobody,password=" + Wrong)]
    [TestCase("")]
    public async Task A_wrong_password_is_refused(string login)
    {
        var node = _nodes.Create("a", _server.ConnectionString + login);
        await Assert.ThatAsync(node.StartAsync, Throws.TypeOf<InvalidOperationException>()
            .With.Message.Contains("password=").And.Property("Message").Not.Contains(Wrong).And.Matches<object>(e => $"{e}".Contains("password", StringComparison.Ordinal) && !$"{e}".Contains(Wrong, StringComparison.Ordinal)));
        Assert.That(node.Log.Entries.Select(entry => entry.Text), Has.None.Contains(Wrong));
    }

    [TestCase("redis://:a-password@localhost:6379")]
    [TestCase("redis://:a-password@localhost:6379?ssl=true")]
    [TestCase(":a-password@localhost:6379")]
    [TestCase("localhost,password=a-pass,word=1")]
    public void A_url_is_no_configuration_and_is_not_repeated(string configuration) => Assert.That(
        () => new ServiceCollection().AddRedisPubSub(configuration),
        Throws.ArgumentException.With.Property("InnerException").Null.And.Message.Contains("host:port").And.Message.Not.Contains("a-pass"));

    [TestCase("silent")]
    [TestCase("deaf")]
    [TestCase("keyless")]
    [TestCase("elsewhere")]
    public async Task An_access_list_that_forbids_something_is_told_what_to_allow(string user)
    {
        var node = _nodes.Create("a", $"{_server.ConnectionString},user={user},password={Password}");
        await Assert.ThatAsync(node.StartAsync, Throws.TypeOf<InvalidOperationException>()
            .With.Message.Contains($"~{_nodes.Namespace}:node:* &{_nodes.Namespace}:*").And.Message.Contains("+publish").And.Property("Message").Not.Contains(Password));
        await Assert.ThatAsync(() => node.PubSub.BroadcastAsync("t", "e", Payload.Empty).AsTask(), Throws.TypeOf<PubSubUnavailableException>());
    }

    [Test]
    public async Task Another_kind_of_server_is_none()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var answering = AnswerAsync(listener);
        var node = _nodes.Create("a", $"127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}");
        await node.StartAsync();
        Assert.That(node.PubSub.Status.Problem, Does.Contain("or is none"));
        await node.StopAsync();
        listener.Stop();
        await answering;

        static async Task AnswerAsync(TcpListener listener)
        {
            try
            {
                while (true)
                {
                    using var client = await listener.AcceptTcpClientAsync();
                    await client.GetStream().WriteAsync("HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n"u8.ToArray());
                }
            }
            catch (Exception e) when (e is SocketException or IOException or InvalidOperationException)
            {
                // The test is over, or has stopped the listener between two of its connections.
            }
        }
    }

    [Test]
    public async Task A_database_that_there_is_not_is_refused()
    {
        var node = _nodes.Create("a", $"{_server.ConnectionString},password={Password},defaultDatabase=9999");
        await Assert.ThatAsync(node.StartAsync, Throws.TypeOf<InvalidOperationException>().With.Message.Contains("9999"));
    }

    [TestCase("")]
    [TestCase(null)]
    [TestCase("localhost,connectTimeout=" + Wrong)]
    [TestCase("localhost,pasword=" + Wrong)]
    public void A_configuration_that_cannot_be_read_is_not_repeated(string? configuration) =>
        Assert.That(() => new ServiceCollection().AddRedisPubSub(configuration!), Throws.InstanceOf<ArgumentException>().With.Property("Message").Not.Contains(Wrong));

    [Test]
    public void A_second_adapter_is_refused()
    {
        var services = new ServiceCollection().AddRedisPubSub("localhost");
        Assert.That(() => services.AddRedisPubSub("elsewhere"), Throws.InvalidOperationException.With.Message.Contains("UseRedis once"));
    }

    [Test]
    public void Options_have_their_bounds()
    {
        var services = new ServiceCollection().AddRedisPubSub("localhost", o => (o.NodeName, o.Namespace, o.PublishTimeout, o.NameLease) = ("", new('x', 1025), TimeSpan.Zero, TimeSpan.FromHours(1)));
        using var provider = services.BuildServiceProvider();
        Assert.That(provider.GetRequiredService<IPubSubAdapter>, Throws.TypeOf<OptionsValidationException>()
            .With.Property(nameof(OptionsValidationException.Failures)).Count.EqualTo(4)
            .And.Message.Contains("RedisPubSubOptions.NodeName is ''").And.Message.Contains("from 1 second to 5 minutes"));
    }

    [Test]
    public async Task A_connection_that_is_not_registered_is_missed_at_the_start()
    {
        await using var node = new PubSubNode(add: services => services.AddRedisPubSub(provider => provider.GetRequiredService<IConnectionMultiplexer>()));
        await Assert.ThatAsync(node.StartAsync, Throws.InvalidOperationException.With.Message.Contains(nameof(IConnectionMultiplexer)));
    }
}
