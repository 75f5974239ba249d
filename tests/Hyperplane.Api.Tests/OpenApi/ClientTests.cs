namespace Hyperplane.Api.Tests.OpenApi;

/// <summary>A TypeScript client that is generated from the OpenAPI document compiles, and with it a program that uses
/// it and must not be able to say what the API refuses.</summary>
public sealed class ClientTests
{
    [Fact]
    public async Task A_program_compiles_against_the_generated_client()
    {
        NodeTools tools = NodeTools.Install("client");
        string document = await tools.DocumentAsync();
        tools.Run("openapi-typescript", document, "--output", Path.Combine(tools.Folder, "api.ts"));
        tools.Run("tsc", "--project", tools.Folder);
    }
}
