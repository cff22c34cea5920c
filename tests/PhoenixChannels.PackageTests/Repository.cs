using System.Reflection;

namespace PhoenixChannels.PackageTests;

/// <summary>What the build knows of the repository and of the machine.</summary>
internal static class Repository
{
    /// <summary>The repository's folder.</summary>
    public static string Root { get; } = Metadata("RepositoryRoot");

    /// <summary>Where NuGet keeps the packages that this build has restored.</summary>
    public static string PackageFolder { get; } = Metadata("PackageFolder");

    static string Metadata(string key) => typeof(Repository).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(one => one.Key == key).Value!;
}
