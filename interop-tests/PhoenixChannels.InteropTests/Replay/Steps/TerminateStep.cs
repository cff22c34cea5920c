namespace PhoenixChannels.InteropTests.Replay.Steps;

/// <summary>The server gets SIGTERM.</summary>
internal sealed class TerminateStep : Step
{
    public override Task<Observation> PlayAsync(Stage stage)
    {
        stage.OwnServer.Terminate();
        return Task.FromResult(Observation.Nothing);
    }
}
