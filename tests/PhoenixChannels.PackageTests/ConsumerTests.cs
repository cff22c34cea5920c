using System.Net.WebSockets;
using System.Text;
using System.Text.RegularExpressions;

namespace PhoenixChannels.PackageTests;

/// <summary>The packages in programs that have nothing else: what their readmes show, and what the template makes.</summary>
public partial class ConsumerTests
{
    static readonly TimeSpan s_timeLimit = TimeSpan.FromMinutes(1);

    [Test]
    public async Task A_console_program_runs_on_PubSub_alone()
    {
        var project = Workspace.MakeProject("orders", "Microsoft.NET.Sdk", "PhoenixChannels.PubSub", Sample("PhoenixChannels.PubSub"));
        var output = await DotNet.RunAsync(project, "run");
        Assert.That(output.Trim(), Is.EqualTo("order 42 is on its way"));
        Assert.That(File.ReadAllText(Path.Combine(project, "bin", "Debug", "net10.0", "orders.runtimeconfig.json")), Does.Not.Contain("AspNetCore"));
    }

    [Test]
    public async Task A_web_program_answers_a_client()
    {
        var project = Workspace.MakeProject("rooms", "Microsoft.NET.Sdk.Web", "PhoenixChannels", Sample("PhoenixChannels"));
        await using var server = await RunningServer.StartAsync(project, "run");
        using var limit = new CancellationTokenSource(s_timeLimit, TimeProvider.System);
        using var socket = new ClientWebSocket();
        await socket.ConnectAsync(new($"ws://{server.Address.Authority}/socket/websocket?vsn=2.0.0"), limit.Token);

        Assert.That(await AskAsync("""["1","1","room:lobby","phx_join",{}]"""), Is.EqualTo("""["1","1","room:lobby","phx_reply",{"response":{"topic":"room:lobby"},"status":"ok"}]"""));
        Assert.That(await AskAsync("""["1","2","room:lobby","new_msg",{"body":"hello"}]"""), Is.EqualTo("""[null,null,"room:lobby","new_msg",{"body":"hello"}]"""));
        Assert.That(await ReceiveAsync(), Is.EqualTo("""["1","2","room:lobby","phx_reply",{"response":{},"status":"ok"}]"""));

        async Task<string> AskAsync(string message)
        {
            await socket.SendAsync(Encoding.UTF8.GetBytes(message), WebSocketMessageType.Text, true, limit.Token);
            return await ReceiveAsync();
        }

        async Task<string> ReceiveAsync()
        {
            var buffer = new byte[1024];
            var received = await socket.ReceiveAsync(buffer, limit.Token);
            return Encoding.UTF8.GetString(buffer, 0, received.Count);
        }
    }

    /// <summary>Under a name that is no identifier.</summary>
    [Test]
    public async Task The_template_makes_an_application_that_passes_its_test_and_serves_its_page()
    {
        var hive = Workspace.PathTo("hive");
        var application = Path.Combine(Workspace.Programs, "my-chat.2");
        await DotNet.RunAsync(Workspace.Programs, "new", "install", Path.Combine(Workspace.Feed, $"PhoenixChannels.Templates.{Workspace.Version}.nupkg"), "--debug:custom-hive", hive);
        await DotNet.RunAsync(Workspace.Programs, "new", "phxchannels", "-o", "my-chat.2", "--debug:custom-hive", hive);

        await DotNet.RunAsync(application, "build", "-warnaserror");
        var tests = await DotNet.RunAsync(application, "test", "--no-build");
        Assert.That(TestCounts().Match(tests).Groups.Values.Skip(1).Select(group => group.Value), Is.EqualTo(["1", "0", "1"]), tests);

        await using var server = await RunningServer.StartAsync(application, "run", "--no-build", "--no-launch-profile", "--project", "my-chat.2");
        using var http = new HttpClient { BaseAddress = server.Address };
        var phoenix = Path.Combine(Repository.Root, "node_modules", "phoenix", "priv", "static", "phoenix.mjs");
        Assert.That(await http.GetStringAsync(new Uri("/", UriKind.Relative)), Does.Contain("<script type=\"module\" src=\"app.js\"></script>"));
        Assert.That(await http.GetStringAsync(new Uri("/lib/phoenix.mjs", UriKind.Relative)), Is.EqualTo(File.ReadAllText(phoenix)));
    }

    /// <summary>The program that a package's readme shows first.</summary>
    static string Sample(string id) => CSharpBlock().Match(File.ReadAllText(Path.Combine(Repository.Root, "src", id, "README.md"))).Groups["code"].Value;

    [GeneratedRegex("```csharp\n(?<code>.*?)```", RegexOptions.Singleline)]
    private static partial Regex CSharpBlock();

    [GeneratedRegex(@"total: (\d+)\s+failed: (\d+)\s+succeeded: (\d+)")]
    private static partial Regex TestCounts();
}
