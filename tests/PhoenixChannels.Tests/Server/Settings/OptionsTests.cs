using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using PhoenixChannels.Tests.Documentation;

namespace PhoenixChannels.Tests.Server.Settings;

/// <summary>Options from the configuration to a mounted socket.</summary>
public class OptionsTests
{
    [Test]
    public async Task Code_wins_over_the_configuration_and_a_mount_over_both()
    {
        await using var app = App(
            services => services.AddPhoenixChannels(options => (options.Sockets.MaxMailboxLength, options.Sockets.MaxNameLength) = (200, 200)),
            ("MaxChannelsPerSocket", "100"), ("MaxMailboxLength", "100"), ("MaxNameLength", "100"));
        SocketOptions? mounted = null;
        app.MapSocket<TestSocket>("/socket", options => (mounted = options).MaxNameLength = 300);
        Assert.That((mounted!.MaxChannelsPerSocket, mounted.MaxMailboxLength, mounted.MaxNameLength), Is.EqualTo((100, 200, 300)));
    }

    [Test]
    public async Task Code_wins_wherever_it_stands_and_several_calls_add_up()
    {
        await using var app = App(
            services =>
            {
                services.Configure<ChannelsOptions>(options => options.Sockets.MaxNameLength = 200);
                services.AddPhoenixChannels(options => (options.Sockets.MaxMailboxLength, options.Sockets.MaxJsonDepth) = (200, 200));
                services.AddPhoenixChannels(options => options.Sockets.MaxJsonDepth = 300);
            },
            ("MaxChannelsPerSocket", "100"), ("MaxMailboxLength", "100"), ("MaxNameLength", "100"), ("MaxJsonDepth", "100"));
        var sockets = Global(app);
        Assert.That((sockets.MaxChannelsPerSocket, sockets.MaxMailboxLength, sockets.MaxNameLength, sockets.MaxJsonDepth), Is.EqualTo((100, 200, 200, 300)));
    }

    [Test]
    public async Task A_mount_changes_nothing_but_its_own_copy()
    {
        await using var app = App(services => services.AddPhoenixChannels());
        SocketOptions? first = null, second = null;
        app.MapSocket<TestSocket>("/first", options =>
        {
            first = options;
            options.Serializers.RemoveAt(0);
            options.WebSocket.Subprotocols.Add("chat.v2");
            (options.WebSocket.Compress, options.LongPoll.MaxSessions, options.MaxNameLength) = (true, 7, 77);
        });
        app.MapSocket<TestSocket>("/second", options => second = options);
        static object Of(SocketOptions options) => (options.Serializers.Count, string.Join(' ', options.WebSocket.Subprotocols), options.WebSocket.Compress, options.LongPoll.MaxSessions, options.MaxNameLength);
        Assert.That(new[] { Of(first!), Of(second!), Of(Global(app)) }, Is.EqualTo(new object[] { (1, "phoenix chat.v2", true, 7, 77), (2, "phoenix", false, 10_000, 4_096), (2, "phoenix", false, 10_000, 4_096) }));
    }

    [Test]
    public void A_copy_has_every_value_and_shares_no_list_and_no_section()
    {
        var global = new ChannelsOptions().Sockets;
        AssertCopy(global, global.Clone());

        static void AssertCopy(object original, object copy)
        {
            foreach (var property in original.GetType().GetProperties())
            {
                var (from, to) = (property.GetValue(original)!, property.GetValue(copy)!);
                if (DocumentedOption.IsSection(property)) AssertCopy(from, to);
                else Assert.That(to, Is.EqualTo(from), property.Name);
                Assert.That(ReferenceEquals(from, to), Is.EqualTo(from is string or OriginPolicy), property.Name);
            }
        }
    }

    [Test]
    public async Task What_changes_in_the_configuration_after_the_start_has_no_effect()
    {
        await using var app = App(services => services.AddPhoenixChannels(), ("MaxNameLength", "100"));
        app.MapSocket<TestSocket>("/socket").MapChannel("*", _ => { });
        await app.StartAsync();
        app.Configuration["Channels:Sockets:MaxNameLength"] = "200";
        ((IConfigurationRoot)app.Configuration).Reload();
        SocketOptions? later = null;
        app.MapSocket<TestSocket>("/later", options => later = options);
        Assert.That((Global(app).MaxNameLength, later!.MaxNameLength), Is.EqualTo((100, 100)));
    }

    [Test]
    public async Task A_host_without_sockets_does_not_start_on_an_option_out_of_its_bounds()
    {
        await using var app = App(services => services.AddPhoenixChannels(options => (options.Sockets.MaxNameLength, options.Sockets.WebSocket.IdleTimeout) = (1, TimeSpan.Zero)));
        Assert.That(() => app.StartAsync(), Throws.TypeOf<OptionsValidationException>().With.Message.EqualTo(
            "SocketOptions.MaxNameLength is 1: set it to a number from 64 to 1,048,576; SocketOptions.WebSocket.IdleTimeout is 00:00:00: set it to a time (d.hh:mm:ss) from 1 second to 1 day"));
    }

    [Test]
    public async Task A_host_without_sockets_does_not_start_on_a_key_that_is_no_option()
    {
        await using var app = App(services => services.AddPhoenixChannels(), ("JoinTimeOut", "00:00:05"), ("Join", "00:00:05"));
        Assert.That(() => app.StartAsync(), Throws.TypeOf<OptionsValidationException>().With.Message.StartsWith("Channels:Sockets:Join is no option: in Channels:Sockets there are MaxChannelsPerSocket, "));
    }

    [Test]
    public async Task A_host_does_not_start_on_options_of_a_presence_or_its_tracker_out_of_their_bounds()
    {
        await using var presence = App(services => services.AddPhoenixChannels().AddPresence<Online>(options => options.MaxKeyLength = 0));
        await using var tracker = App(services => services.AddPhoenixChannels().AddPresence<Online>(options => options.Tracker.PoolSize = 0));
        Assert.That(() => presence.StartAsync(), Throws.TypeOf<OptionsValidationException>().With.Message.EqualTo("PresenceOptions.MaxKeyLength is 0: set it to a number from 1 to 1,048,576"));
        Assert.That(() => tracker.StartAsync(), Throws.TypeOf<OptionsValidationException>().With.Message.EqualTo("TrackerOptions.PoolSize is 0: set it to a number from 1 to 1,024"));
    }

    [Test]
    public async Task A_host_does_not_start_without_JSON_options()
    {
        await using var app = App(services =>
        {
            services.AddPhoenixChannels();
            services.Configure<PubSubOptions>(options => options.Json = null!);
        });
        Assert.That(() => app.StartAsync(), Throws.TypeOf<OptionsValidationException>().With.Message.EqualTo("PubSubOptions.Json is null: set it to JSON options"));
    }

    [Test]
    public async Task The_options_of_a_mount_are_checked_when_it_is_mounted()
    {
        await using var app = App(services => services.AddPhoenixChannels());
        Assert.That(
            () => app.MapSocket<TestSocket>("/socket", options => (options.MaxJsonDepth, options.LongPoll.Window) = (0, TimeSpan.Zero)),
            Throws.TypeOf<OptionsValidationException>().With.Message.EqualTo("SocketOptions.MaxJsonDepth is 0: set it to a number from 1 to 100,000; SocketOptions.LongPoll.Window is 00:00:00: set it to a time (d.hh:mm:ss) from 1 second to 1 day"));
    }

    [Test]
    public async Task Without_a_transport_there_can_be_global_options_but_no_socket()
    {
        await using var app = App(services => services.AddPhoenixChannels(options => options.Sockets.WebSocket.Enabled = false));
        Assert.That(() => app.MapSocket<TestSocket>("/socket"), Throws.TypeOf<OptionsValidationException>().With.Message.EqualTo("SocketOptions.WebSocket.Enabled is false: set it to true, or LongPoll.Enabled: a socket needs a transport"));
        Assert.That(() => app.MapSocket<TestSocket>("/socket", options => options.LongPoll.Enabled = true), Throws.Nothing);
    }

    [Test]
    public async Task The_transports_of_a_socket_need_different_paths()
    {
        await using var app = App(services => services.AddPhoenixChannels());
        Assert.That(
            () => app.MapSocket<TestSocket>("/socket", options => (options.LongPoll.Enabled, options.LongPoll.Path) = (true, "/WebSocket")),
            Throws.TypeOf<OptionsValidationException>().With.Message.EqualTo("SocketOptions.LongPoll.Path is '/WebSocket': set it to another path than WebSocket.Path"));
        Assert.That(() => app.MapSocket<TestSocket>("/socket", options => (options.WebSocket.Enabled, options.LongPoll.Enabled, options.LongPoll.Path) = (false, true, "/websocket")), Throws.Nothing);
    }

    static SocketOptions Global(WebApplication app) => app.Services.GetRequiredService<IOptions<ChannelsOptions>>().Value.Sockets;

    static WebApplication App(Action<IServiceCollection> configure, params (string Key, string Value)[] sockets)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseTestServer();
        builder.Configuration.AddInMemoryCollection(sockets.Select(option => KeyValuePair.Create("Channels:Sockets:" + option.Key, (string?)option.Value)));
        configure(builder.Services);
        return builder.Build();
    }

    sealed class Online : Presence;
}
