# Two commands do everything on a fresh machine: make demo, make test.
PYTHON ?= python3
VENV   ?= .venv
BIN    := $(VENV)/bin
PORT   ?= 8000
SERVE  ?= 1
export PYTHON

.DEFAULT_GOAL := help
.PHONY: help demo test check bench prove drill pictures lock clean

help: ## 显示本页 / this page
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /\t/' | expand -t 10

demo: $(VENV)/.server ## 演示：两县两市一个季度全程，并打开网站 / both counties and cities, one quarter, then the site (SERVE=0: run, print, stop)
	@deploy/front.sh $(VENV)
	@$(BIN)/shuangsui demo --port $(PORT) $(if $(filter 0,$(SERVE)),--no-serve)

test: $(VENV)/.dev ## 全部测试 / every test
	@deploy/test-parts.sh
	@deploy/front.sh $(VENV)
	$(if $(ARGS),$(BIN)/pytest $(ARGS),$(BIN)/python -m tests.halves -q)

check: $(VENV)/.dev ## 静态检查：格式、类型、三层约束 / lint, types, import contracts
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: $(VENV)/.dev ## 性能测量 / measurements, as ratios in one run
	$(BIN)/python -m tests.bench

prove: $(VENV)/.dev ## 租户隔离的完整证明（数十分钟） / the whole proof that nothing leaks between bureaus
	PROVE=1 $(BIN)/pytest tests/prove tests/faults tests/flows/test_apart.py $(ARGS)

drill: $(VENV)/.dev ## 恢复演练，写出带日期的报告 / lose a deployment, put it back, write the dated report
	$(BIN)/python -m tests.drill

pictures: $(VENV)/.dev ## 页面图，写入 docs/pictures / pictures of the main pages
	@deploy/front.sh $(VENV)
	$(BIN)/python -m tests.pictures $(ARGS)

lock: $(VENV)/.dev ## 重新锁定依赖 / lock the dependencies again
	@for e in base server dev; do \
	  x=""; [ $$e = base ] || x="--extra server"; [ $$e = dev ] && x="$$x --extra dev"; \
	  $(BIN)/uv pip compile -q --universal --python-version 3.11 --no-header --no-annotate --generate-hashes \
	    pyproject.toml $$x -o deploy/requirements/$$e.txt; done

clean: ## 停止演示服务并删除其数据 / stop the demonstration's servers and remove its data
	-@[ -x $(BIN)/shuangsui ] && $(BIN)/shuangsui stop --forget
	rm -rf .shuangsui .pytest_cache .mypy_cache .ruff_cache

$(VENV)/.server: deploy/requirements/server.txt deploy/requirements/tools.txt pyproject.toml
	@deploy/install.sh $(VENV) deploy/requirements/server.txt
	@touch $@

$(VENV)/.dev: deploy/requirements/dev.txt deploy/requirements/tools.txt pyproject.toml
	@deploy/install.sh $(VENV) deploy/requirements/dev.txt
	@touch $@ $(VENV)/.server
