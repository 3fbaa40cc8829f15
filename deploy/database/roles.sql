-- Roles of the deployment, run once by the database operator as a superuser (or CREATEROLE + CREATEDB) role:
--
--   psql -v database=shuangsui \
--        -v migrator="'…'" -v app="'…'" -v auditor="'…'" -v portal="'…'" -f roles.sql
--
-- Afterwards `shuangsui migrate` makes the tables, with DATABASE_URL the migrator's URL and the other passwords in
-- DATABASE_PASSWORD_APP, DATABASE_PASSWORD_AUDITOR, DATABASE_PASSWORD_PORTAL. The app, auditor and portal roles own
-- nothing and cannot step round row-level security; the program refuses to start with a role that could.
-- PostgreSQL 15 or newer.

set password_encryption = 'scram-sha-256';

create role shuangsui_migrator login nosuperuser nobypassrls nocreatedb nocreaterole noreplication password :migrator;
create role shuangsui_app      login nosuperuser nobypassrls nocreatedb nocreaterole noreplication password :app;
create role shuangsui_auditor  login nosuperuser nobypassrls nocreatedb nocreaterole noreplication password :auditor;
create role shuangsui_portal   login nosuperuser nobypassrls nocreatedb nocreaterole noreplication password :portal;

-- A person who administers needs the migrator's rights only while migrating; do not grant any of these roles to
-- a person's own login.

create database :"database" owner shuangsui_migrator encoding 'UTF8' template template0;
revoke all on database :"database" from public;
grant connect on database :"database" to shuangsui_migrator, shuangsui_app, shuangsui_auditor, shuangsui_portal;

\connect :"database"
alter schema public owner to shuangsui_migrator;
revoke create on schema public from public;
