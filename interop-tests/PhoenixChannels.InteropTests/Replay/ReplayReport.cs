using Microsoft.Testing.Platform.Builder;
using Microsoft.Testing.Platform.Configurations;
using Microsoft.Testing.Platform.Extensions.Messages;
using Microsoft.Testing.Platform.Extensions.TestHost;
using Microsoft.Testing.Platform.Messages;
using Microsoft.Testing.Platform.Services;

namespace PhoenixChannels.InteropTests.Replay;

/// <summary>
/// Makes a test run say how many transcripts were replayed. `dotnet test` shows nothing that a passing test writes, but it does
/// name the files that a run has produced: the number is in the file's name, and the transcripts' names are in the file.
/// </summary>
public static class ReplayReport
{
    /// <summary>Called by the entry point that the test platform generates; the project file names this class.</summary>
    public static void AddExtensions(ITestApplicationBuilder builder, string[] arguments)
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.TestHost.AddTestSessionLifetimeHandler(services => new Handler(services.GetMessageBus(), services.GetConfiguration().GetTestResultDirectory()));
    }

    sealed class Handler(IMessageBus bus, string folder) : ITestSessionLifetimeHandler, IDataProducer
    {
        public string Uid => nameof(ReplayReport);

        public string Version => "1.0.0";

        public string DisplayName => "Replayed transcripts";

        public string Description => "Reports how many transcripts were replayed.";

        public Type[] DataTypesProduced => [typeof(SessionFileArtifact)];

        public Task<bool> IsEnabledAsync() => Task.FromResult(true);

        public Task OnTestSessionStartingAsync(ITestSessionContext testSessionContext) => Task.CompletedTask;

        public async Task OnTestSessionFinishingAsync(ITestSessionContext testSessionContext)
        {
            var names = SharedServer.Replayed.Order(StringComparer.Ordinal).ToList();
            if (names.Count == 0) return;
            var file = new FileInfo(Path.Combine(folder, $"{names.Count}-transcripts-replayed.txt"));
            file.Directory!.Create();
            await File.WriteAllLinesAsync(file.FullName, names, testSessionContext.CancellationToken);
            await bus.PublishAsync(this, new SessionFileArtifact(testSessionContext.SessionUid, file, DisplayName));
        }
    }
}
