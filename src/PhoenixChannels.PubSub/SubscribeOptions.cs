using Microsoft.Extensions.Options;
using PhoenixChannels.Settings;

namespace PhoenixChannels;

/// <summary>How a subscription's broadcasts wait for its handler: options of one call of <see cref="PubSub.Subscribe"/>.</summary>
public sealed class SubscribeOptions
{
    /// <summary>How many broadcasts may wait. What comes while so many wait is lost. Default 1,024. From 1 to 2,147,483,647.</summary>
    public int Capacity { get; set; } = 1024;

    /// <summary>Called before the next broadcast is handled, with how many were lost since the last call; without it nobody is told but the metric. Default none. Accepts an action.</summary>
    public Action<int>? OnLost { get; set; }

    /// <exception cref="OptionsValidationException">An option is out of its bounds.</exception>
    internal void Validate() => OptionCheck.Run(typeof(SubscribeOptions), Visit);

    internal void Visit(IOptionVisitor visitor)
    {
        Capacity = visitor.Number(nameof(Capacity), Capacity, 1, int.MaxValue);
        OnLost = visitor.Visit(nameof(OnLost), OnLost, "an action", _ => true, null);
    }
}
