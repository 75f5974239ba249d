namespace Hyperplane.Api.Tests.OpenApi;

/// <summary>Two linters that nobody here wrote find nothing to say about the OpenAPI document.</summary>
public sealed class LintTests
{
    [Fact]
    public async Task Redocly_and_Spectral_have_no_findings()
    {
        NodeTools tools = NodeTools.Install("lint");
        string document = await tools.DocumentAsync();
        tools.Run("redocly", "lint", "--extends", "recommended-strict", document);
        tools.Run(
            "spectral", "lint", "--fail-severity", "hint", "--ruleset", Path.Combine(tools.Folder, ".spectral.yaml"),
            document);
    }
}
