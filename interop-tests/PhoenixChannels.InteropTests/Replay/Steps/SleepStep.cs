namespace PhoenixChannels.InteropTests.Replay.Steps;

internal sealed class SleepStep(TimeSpan duration) : Step
{
    public override async Task<Observation> PlayAsync(Stage stage)
    {
        await Task.Delay(duration, TimeProvider.System);
        return Observation.Nothing;
    }
}
