using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Testing;
using Microsoft.CodeAnalysis.Testing;
using PhoenixChannels.Generators.Diagnostics;

namespace PhoenixChannels.Generators.Tests;

/// <summary>What the generator and the analyzer say about a user's project.</summary>
internal static class Analysis
{
    /// <summary>All diagnostics there are.</summary>
    public static readonly Dictionary<string, DiagnosticDescriptor> Descriptors = typeof(Generators.Diagnostics.Descriptors).GetFields()
        .Select(field => field.GetValue(null)).OfType<DiagnosticDescriptor>().ToDictionary(descriptor => descriptor.Id);

    /// <summary>Asserts all that is said about a source: the first about the text that it marks as <c>{|#0:text|}</c>, the second about <c>{|#1:text|}</c>, and so on.</summary>
    public static Task SaysAsync(string source, params (string Id, string Message)[] expected)
    {
        var test = new Test { TestCode = source };
        test.ExpectedDiagnostics.AddRange(expected.Select((diagnostic, mark) => new DiagnosticResult(Descriptors[diagnostic.Id]).WithLocation(mark).WithMessage(diagnostic.Message)));
        return test.RunAsync();
    }

    /// <summary>A channel that joins and has these members.</summary>
    public static string Channel(string members) => $$"""
        class UserSocket : Socket { public string Name { get; set; } = ""; public int Count = 0; }
        record A(string Text); record B(string Text) : A(Text); interface IService; delegate void D();
        partial class C(Presence presence) : Channel<UserSocket>
        {
            [Join] Reply Join() => Reply.Ok(presence);
            {{members}}
        }
        """;

    sealed class Test : CSharpAnalyzerTest<ChannelAnalyzer, DefaultVerifier>
    {
        public Test()
        {
            UserProject.SetUp(this);
            TestBehaviors = TestBehaviors.SkipGeneratedSourcesCheck;
        }

        protected override IEnumerable<Type> GetSourceGenerators() => [typeof(ChannelGenerator)];
    }
}
