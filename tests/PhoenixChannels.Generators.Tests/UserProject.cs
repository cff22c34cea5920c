using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Testing;

namespace PhoenixChannels.Generators.Tests;

/// <summary>What a user's project is to the compiler's test packages: <see cref="UserCode"/>'s settings, with nothing to download.</summary>
internal static class UserProject
{
    static readonly ReferenceAssemblies s_none = new("net10.0");

    public static void SetUp(AnalyzerTest<DefaultVerifier> test)
    {
        test.ReferenceAssemblies = s_none;
        test.TestState.AdditionalReferences.AddRange(UserCode.References);
        test.TestState.Sources.Add(("Usings.cs", UserCode.Usings));
        test.SolutionTransforms.Add(static (solution, project) => solution
            .WithProjectParseOptions(project, UserCode.ParseOptions)
            .WithProjectCompilationOptions(project, ((CSharpCompilationOptions)solution.GetProject(project)!.CompilationOptions!).WithNullableContextOptions(NullableContextOptions.Enable)));
    }
}
