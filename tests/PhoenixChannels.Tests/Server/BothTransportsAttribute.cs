using NUnit.Framework.Interfaces;
using NUnit.Framework.Internal;
using NUnit.Framework.Internal.Builders;

namespace PhoenixChannels.Tests.Server;

/// <summary>Runs a fixture twice: with connections that leave HTTP once they are WebSockets, as all others run, and with such as stay there.</summary>
[AttributeUsage(AttributeTargets.Class)]
internal sealed class BothTransportsAttribute : NUnitAttribute, IFixtureBuilder
{
    const string InHttp = "InHttp";

    /// <summary>Whether the test that runs is for connections that stay in HTTP.</summary>
    public static bool IsInHttp => TestContext.CurrentContext.Test.AllPropertyValues(InHttp).Any();

    public IEnumerable<TestSuite> BuildFrom(ITypeInfo typeInfo)
    {
        var builder = new NUnitTestFixtureBuilder();
        yield return builder.BuildFrom(typeInfo, new Everything());
        var inHttp = builder.BuildFrom(typeInfo, new Everything());
        inHttp.Name += "(in HTTP)";
        inHttp.Properties.Set(InHttp, true);
        yield return inHttp;
    }

    sealed class Everything : IPreFilter
    {
        public bool IsMatch(Type type) => true;

        public bool IsMatch(Type type, System.Reflection.MethodInfo method) => true;
    }
}
