using Microsoft.CodeAnalysis;

namespace PhoenixChannels.Generators.Diagnostics;

/// <summary>Takes what is wrong.</summary>
delegate void Report(DiagnosticDescriptor descriptor, Location location, params object[] arguments);
