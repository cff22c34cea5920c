using System.Text.Json;
using Microsoft.Extensions.Options;
using PhoenixChannels.Settings;

namespace PhoenixChannels;

/// <summary>Options of <see cref="PubSub"/>. Whoever calls <c>AddPhoenixChannels</c> leaves them alone.</summary>
public sealed class PubSubOptions
{
    /// <summary>How values are encoded. <c>AddPhoenixChannels</c> sets it to <c>ChannelsOptions.Json</c>. Default the web defaults (camelCase) without needless escapes. Accepts JSON options.</summary>
    public JsonSerializerOptions Json { get; set; } = PayloadJson.Create();

    /// <exception cref="OptionsValidationException">An option is out of its bounds.</exception>
    internal void Validate() => OptionCheck.Run(typeof(PubSubOptions), Visit);

    internal void Visit(IOptionVisitor visitor) => Json = visitor.Visit(nameof(Json), Json, "JSON options", json => json is not null, null);
}
