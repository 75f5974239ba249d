namespace Hyperplane.Architecture.Tests;

/// <summary>A room may use itself and, of the next room down, only its door.</summary>
public sealed class RoomsAndDoors
{
    /// <summary>From room to the projects outside it that it may name.</summary>
    private static readonly Dictionary<string, string[]> Doors = new(StringComparer.Ordinal)
    {
        ["api"] = ["Hyperplane.Controller.Contracts", "Hyperplane.Rpc", "Hyperplane.Resilience"],
        ["controller"] = ["Hyperplane.Cells.Contracts", "Hyperplane.Rpc", "Hyperplane.Resilience"],
        ["cells"] = ["Hyperplane.Dataplane"],
        ["dataplane"] = [],
    };

    /// <summary>Built with --engine orleans only: their packages do not restore from every registry.</summary>
    private static readonly string[] OutsideTheSolution =
    [
        "cells/Hyperplane.Flows.Orleans/Hyperplane.Flows.Orleans.csproj",
        "cells/Hyperplane.Flows.Silo/Hyperplane.Flows.Silo.csproj",
        "tests/Hyperplane.Flows.Orleans.Tests/Hyperplane.Flows.Orleans.Tests.csproj",
    ];

    [Fact]
    public void A_room_uses_only_itself_and_the_next_door()
    {
        var wrong =
            from project in ProjectGraph.References
            where Doors.ContainsKey(ProjectGraph.Room(project.Key))
            from reference in project.Value
            where ProjectGraph.Room(reference) != ProjectGraph.Room(project.Key)
                && !Doors[ProjectGraph.Room(project.Key)].Contains(ProjectGraph.Name(reference))
            select $"{project.Key} -> {reference}";
        Assert.Empty(wrong);
    }

    [Fact]
    public void Nothing_below_refers_to_tests_or_the_composition_root()
    {
        var wrong =
            from project in ProjectGraph.References
            where ProjectGraph.Room(project.Key) is not "tests"
            from reference in project.Value
            where ProjectGraph.Room(reference) is "tests" or "infra"
            select $"{project.Key} -> {reference}";
        Assert.Empty(wrong);
    }

    [Fact]
    public void The_composition_root_is_one_project() =>
        Assert.Equal(
            ["infra/Hyperplane.Server/Hyperplane.Server.csproj"],
            ProjectGraph.References.Keys.Where(project => ProjectGraph.Room(project) == "infra"));

    [Theory]
    [InlineData("Hyperplane.Rpc")]
    [InlineData("Hyperplane.Resilience")]
    public void The_libraries_that_every_room_may_use_know_no_domain(string library) =>
        Assert.Empty(ProjectGraph.References[$"cells/{library}/{library}.csproj"]);

    [Fact]
    public void Project_name_equals_folder_name() =>
        Assert.All(
            ProjectGraph.References.Keys,
            project => Assert.Equal(ProjectGraph.Name(project), Path.GetFileName(Path.GetDirectoryName(project))));

    [Fact]
    public void Every_project_is_in_the_solution_but_those_of_the_other_flow_engine()
    {
        string solution = File.ReadAllText(Path.Combine(ProjectGraph.Root, "Hyperplane.sln")).Replace('\\', '/');
        Assert.Equal(
            OutsideTheSolution,
            ProjectGraph.References.Keys
                .Where(project => !solution.Contains(project, StringComparison.Ordinal))
                .Order(StringComparer.Ordinal));
    }
}
